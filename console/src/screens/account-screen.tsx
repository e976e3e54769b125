import type { Account } from '@hooktrail/sdk/hooktrail';
import { useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { explainError } from '../data/explain-error.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { mayAct } from '../data/may-act.ts';
import { session } from '../data/session.ts';
import { toast } from '../data/toast.ts';
import { Failure } from '../parts/failure.tsx';
import { Loading } from '../parts/loading.tsx';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { Time } from '../parts/time.tsx';

function AccountForm({ account, onSaved }: { account: Account; onSaved: () => void }) {
  const [name, setName] = useState(account.name);
  const [profile, setProfile] = useState<string>(account.profile);
  const [error, setError] = useState<unknown>();
  const save = async () => {
    setError(undefined);
    try {
      await hooktrail.account.update({ name: name.trim(), profile });
      toast.value = { text: 'The account is saved.' };
      onSaved();
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div class="two">
        <label class="field">
          <span>Name</span>
          <input
            class="input"
            required
            maxLength={255}
            disabled={!mayAct.value}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>Profile</span>
          <select
            class="input"
            disabled={!mayAct.value}
            value={profile}
            onChange={(event) => setProfile(event.currentTarget.value)}
          >
            <option>durable</option>
            <option>zendesk</option>
          </select>
          <small>The rules of all webhooks without their own, from the next attempt on.</small>
        </label>
      </div>
      {error !== undefined && <Notice tone="bad">{explainError(error)}</Notice>}
      {mayAct.value && (
        <div>
          <button type="submit" class="button primary">
            Save the account
          </button>
        </div>
      )}
    </form>
  );
}

/** The account: its name, its rules, and the keys by which events are found. */
export function AccountScreen() {
  const account = useQuery({
    queryKey: ['account'],
    queryFn: ({ signal }) => hooktrail.account.get({ signal }),
  });
  const keys = useQuery({
    queryKey: ['keys'],
    queryFn: ({ signal }) => hooktrail.account.keys({ signal }),
  });
  const [draft, setDraft] = useState<string>();
  const [error, setError] = useState<unknown>();
  const who = session.value;
  const saveKeys = async () => {
    setError(undefined);
    const lines = (draft ?? '').split('\n').map((line) => line.trim());
    try {
      await hooktrail.account.replaceKeys(lines.filter((line) => line !== ''));
      toast.value = { text: 'The keys are saved. New events are found by them.' };
      setDraft(undefined);
      await keys.refetch();
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <Page title="Account">
      {account.error && (
        <Failure what="The account" error={account.error} onRetry={() => void account.refetch()} />
      )}
      {account.isLoading && <Loading what="the account" />}
      {account.data && (
        <AccountForm
          key={account.dataUpdatedAt}
          account={account.data}
          onSaved={() => void account.refetch()}
        />
      )}
      <section class="card" aria-label="Keys">
        <header>
          <h2 class="grow">Keys</h2>
          {mayAct.value && keys.data && draft === undefined && (
            <button
              type="button"
              class="button small"
              onClick={() => setDraft(keys.data.map(({ key }) => key).join('\n'))}
            >
              Change the keys
            </button>
          )}
        </header>
        <div class="body stack">
          <p class="soft">
            Events are found by these JSON pointers and headers: <code>/detail/id:9876</code> in a
            query.
          </p>
          {keys.error && (
            <Failure what="The keys" error={keys.error} onRetry={() => void keys.refetch()} />
          )}
          {draft === undefined ? (
            <dl class="facts">
              {keys.data?.map(({ key, since }) => (
                <div key={key} class="contents">
                  <dt class="mono">{key}</dt>
                  <dd>
                    since <Time at={since} />
                  </dd>
                </div>
              ))}
            </dl>
          ) : (
            <>
              <label class="field">
                <span>Keys, one a line, at most 8</span>
                <textarea
                  class="input"
                  value={draft}
                  onInput={(event) => setDraft(event.currentTarget.value)}
                />
                <small>A new key finds events that are published from now on.</small>
              </label>
              {error !== undefined && <Notice tone="bad">{explainError(error)}</Notice>}
              <div class="row">
                <button type="button" class="button primary" onClick={() => void saveKeys()}>
                  Save the keys
                </button>
                <button type="button" class="button plain" onClick={() => setDraft(undefined)}>
                  Cancel
                </button>
              </div>
            </>
          )}
        </div>
      </section>
      {typeof who === 'object' && who && (
        <section class="card" aria-label="This session">
          <header>
            <h2>This session</h2>
          </header>
          <div class="body">
            <dl class="facts">
              <dt>Token</dt>
              <dd>{who.tokenName}</dd>
              <dt>Role</dt>
              <dd>{who.role}</dd>
              {who.version && (
                <>
                  <dt>Version</dt>
                  <dd>{who.version}</dd>
                </>
              )}
            </dl>
          </div>
        </section>
      )}
    </Page>
  );
}
