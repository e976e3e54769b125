import type { Account } from '@hooktrail/sdk/hooktrail';
import { useState } from 'preact/hooks';
import { cache } from '../data/cache.ts';
import { explainError } from '../data/explain-error.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { mayAct } from '../data/may-act.ts';
import { toast } from '../data/toast.ts';
import { useDraft } from '../data/use-draft.ts';
import { ChangeProfile } from './change-profile.tsx';
import { Notice } from './notice.tsx';

interface AccountDraft {
  readonly name: string;
  readonly profile: string;
}

/** The name of the account, and its profile: another one is asked about first. */
export function AccountForm({ account }: { account: Account }) {
  const base: AccountDraft = { name: account.name, profile: account.profile };
  const [draft, setDraft, forget] = useDraft('account', base, {
    // Only what was written: somebody may change the other field meanwhile.
    keep: ({ name, profile }) => ({
      ...(name !== base.name && { name }),
      ...(profile !== base.profile && { profile }),
    }),
    restore: (kept) => ({ ...base, ...(kept as Partial<AccountDraft>) }),
  });
  const [error, setError] = useState<unknown>();
  const [asking, setAsking] = useState(false);
  const isOther = draft.profile !== account.profile;
  const isChanged = isOther || draft.name.trim() !== account.name;
  const send = async () => {
    await hooktrail.account.update({ name: draft.name.trim(), profile: draft.profile });
    forget();
    toast.value = { text: 'The account is saved.' };
    await cache.invalidateQueries();
  };
  const save = async () => {
    setError(undefined);
    if (isOther) return setAsking(true);
    try {
      await send();
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
            value={draft.name}
            onInput={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
          />
        </label>
        <label class="field">
          <span>Profile</span>
          <select
            class="input"
            disabled={!mayAct.value}
            value={draft.profile}
            onChange={(event) => setDraft({ ...draft, profile: event.currentTarget.value })}
          >
            <option>durable</option>
            <option>zendesk</option>
          </select>
          <small>The rules of all webhooks without their own, from the next attempt on.</small>
        </label>
      </div>
      {error !== undefined && <Notice tone="bad">{explainError(error)}</Notice>}
      {mayAct.value && (
        <div class="row">
          <button type="submit" class="button primary" disabled={!isChanged}>
            Save the account
          </button>
          {isChanged && (
            <button type="button" class="button plain" onClick={forget}>
              Undo
            </button>
          )}
        </div>
      )}
      {asking && (
        <ChangeProfile
          from={account.profile}
          to={draft.profile}
          onAct={send}
          onClose={() => setAsking(false)}
        />
      )}
    </form>
  );
}
