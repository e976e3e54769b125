import type { NewToken, Token } from '@hooktrail/sdk/hooktrail';
import { useState } from 'preact/hooks';
import { cache } from '../data/cache.ts';
import { explainError } from '../data/explain-error.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { mayAct } from '../data/may-act.ts';
import { toast } from '../data/toast.ts';
import { usePages } from '../data/use-pages.ts';
import { Confirm } from '../parts/confirm.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { Empty } from '../parts/empty.tsx';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { PagedTable } from '../parts/paged-table.tsx';
import { Time } from '../parts/time.tsx';

const ROLES: readonly (readonly [role: string, meaning: string])[] = [
  ['read', 'read: sees everything but secrets, tokens and audit'],
  ['publish', 'publish: only publishes events'],
  ['admin', 'admin: everything in this account'],
];

/** Who may do what in the account. */
export function TokensScreen() {
  const list = usePages(['tokens'], (pageAfter, options) =>
    hooktrail.tokens.list({ pageSize: 50, pageAfter }, options),
  );
  const [name, setName] = useState('');
  const [role, setRole] = useState('read');
  const [created, setCreated] = useState<NewToken>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [revoking, setRevoking] = useState<Token>();
  if (!mayAct.value) {
    return (
      <Page title="Tokens">
        <Empty title="Your token does not see tokens">
          <p>Sign in with a token of role admin.</p>
        </Empty>
      </Page>
    );
  }
  const create = async () => {
    setBusy(true);
    setError(undefined);
    try {
      setCreated(await hooktrail.tokens.create({ name: name.trim(), role }));
      setName('');
      await list.refetch();
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  };
  return (
    <Page title="Tokens">
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <label class="field grow">
          <span>Name of a new token</span>
          <input
            class="input"
            required
            maxLength={255}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <label class="field grow">
          <span>Role</span>
          <select
            class="input"
            value={role}
            onChange={(event) => setRole(event.currentTarget.value)}
          >
            {ROLES.map(([value, meaning]) => (
              <option key={value} value={value}>
                {meaning}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="button primary self-end" disabled={busy}>
          Create the token
        </button>
      </form>
      {error !== undefined && <Notice tone="bad">{explainError(error)}</Notice>}
      {created && (
        <Notice>
          <p class="grow">
            <strong>{created.name}</strong>, shown this once:{' '}
            <code class="wrap">{created.secret}</code>
          </p>
          <CopyButton text={created.secret} />
          <button type="button" class="button plain small" onClick={() => setCreated(undefined)}>
            Hide
          </button>
        </Notice>
      )}
      <PagedTable
        list={list}
        what="tokens"
        heads={['Name', 'Role', 'Created', 'By', ['Acts', 'sr']]}
        empty={<Empty title="No tokens" />}
      >
        {(token) => (
          <tr key={token.id}>
            <td class="wrap">
              {token.name}
              <div class="soft mono">{token.id}</div>
            </td>
            <td data-head="Role">{token.role}</td>
            <td data-head="Created">
              <Time at={token.createdAt} />
            </td>
            <td class="mono wrap" data-head="By">
              {token.createdBy}
            </td>
            <td class="num">
              <button type="button" class="button small danger" onClick={() => setRevoking(token)}>
                Revoke
              </button>
            </td>
          </tr>
        )}
      </PagedTable>
      {revoking && (
        <Confirm
          title={`Revoke ${revoking.name}`}
          act="Revoke 1 token"
          danger
          typed={revoking.name}
          onAct={async () => {
            await hooktrail.tokens.revoke(revoking.id);
            toast.value = { text: `${revoking.name} is revoked.` };
            await cache.invalidateQueries({ queryKey: ['tokens'] });
          }}
          onClose={() => setRevoking(undefined)}
        >
          <p>
            Requests with it are answered 401 at once, on every node, and its console sessions end.
            This cannot be undone.
          </p>
        </Confirm>
      )}
    </Page>
  );
}
