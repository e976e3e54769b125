import type { SearchKey } from '@hooktrail/sdk/hooktrail';
import { useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { explainError } from '../data/explain-error.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { mayAct } from '../data/may-act.ts';
import { toast } from '../data/toast.ts';
import { useDraft } from '../data/use-draft.ts';
import { Confirm } from './confirm.tsx';
import { Failure } from './failure.tsx';
import { Loading } from './loading.tsx';
import { Notice } from './notice.tsx';
import { Time } from './time.tsx';

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const KeyFacts = ({ keys }: { keys: readonly SearchKey[] }) => (
  <dl class="facts">
    {keys.map(({ key, since }) => (
      <div key={key} class="contents">
        <dt class="mono">{key}</dt>
        <dd>
          since <Time at={since} />
        </dd>
      </div>
    ))}
  </dl>
);

/** The keys by which events of the account are found, and their change: to remove one is asked about first. */
export function SearchKeys({ accountId }: { accountId: number }) {
  const keys = useQuery({
    queryKey: ['keys'],
    queryFn: ({ signal }) => hooktrail.account.keys({ signal }),
  });
  const [draft, setDraft, forget] = useDraft<string | null>(`keys-${accountId}`, null);
  const [error, setError] = useState<unknown>();
  const [asking, setAsking] = useState(false);
  const stored = keys.data ?? [];
  const wanted = linesOf(draft ?? '');
  const removed = stored.filter(({ key }) => !wanted.includes(key));
  const isLast = removed.length === stored.length && wanted.length === 0;
  const words = `${removed.length} of ${stored.length} ${stored.length === 1 ? 'key' : 'keys'}`;
  const save = async () => {
    await hooktrail.account.replaceKeys(wanted);
    toast.value = {
      text:
        wanted.length === 0
          ? 'The account has no keys any more.'
          : 'The keys are saved. New events are found by them.',
    };
    forget();
    await keys.refetch();
  };
  const ask = async () => {
    setError(undefined);
    if (removed.length > 0) return setAsking(true);
    try {
      await save();
    } catch (failure) {
      setError(failure);
    }
  };
  const isChanging = mayAct.value && draft !== null;
  return (
    <section class="card" aria-label="Keys">
      <header>
        <h2 class="grow">Keys</h2>
        {mayAct.value && keys.data && !isChanging && (
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
        {keys.isLoading && <Loading what="the keys" />}
        {!isChanging && keys.data?.length === 0 && <p>No keys: events are found by words only.</p>}
        {isChanging ? (
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
              <button
                type="button"
                class="button primary"
                disabled={keys.data === undefined}
                onClick={() => void ask()}
              >
                Save the keys
              </button>
              <button
                type="button"
                class="button plain"
                onClick={() => {
                  setError(undefined);
                  forget();
                }}
              >
                Cancel
              </button>
            </div>
          </>
        ) : (
          <KeyFacts keys={stored} />
        )}
      </div>
      {asking && (
        <Confirm
          title={`Remove ${words}`}
          act={`Remove ${words}`}
          danger
          onAct={save}
          onClose={() => setAsking(false)}
        >
          <p>
            From then on nobody finds events by {removed.length === 1 ? 'this key' : 'these keys'},
            not even those that are published already. A key that comes back begins again, with
            events from then on.
          </p>
          <KeyFacts keys={removed} />
          {isLast && <p>No key is left: the index is switched off.</p>}
        </Confirm>
      )}
    </section>
  );
}
