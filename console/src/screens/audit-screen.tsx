import type { AuditChange } from '@hooktrail/sdk/hooktrail';
import { hooktrail } from '../data/hooktrail.ts';
import { mayAct } from '../data/may-act.ts';
import { usePages } from '../data/use-pages.ts';
import { useParameters } from '../data/use-parameters.ts';
import { Empty } from '../parts/empty.tsx';
import { LateInput } from '../parts/late-input.tsx';
import { Page } from '../parts/page.tsx';
import { PagedTable } from '../parts/paged-table.tsx';
import { SavedViews } from '../parts/saved-views.tsx';
import { Time } from '../parts/time.tsx';

const PATHS: Readonly<Record<string, string>> = { webhook: 'webhooks', invocation: 'invocations' };

const shown = (value: unknown) => (value === undefined ? '' : JSON.stringify(value));

function Change({ change }: { change: AuditChange }) {
  const secret = change.from === undefined && change.to === undefined;
  return (
    <div class="wrap">
      <strong>{change.field}</strong>{' '}
      {secret ? (
        <span class="soft">a secret changed</span>
      ) : (
        <span class="mono">
          {shown(change.from)} → {shown(change.to)}
        </span>
      )}
    </div>
  );
}

/** Who changed what in the account. */
export function AuditScreen() {
  const parameters = useParameters();
  const operation = parameters.get('operation');
  const list = usePages(['audit', operation], (pageAfter, options) =>
    hooktrail.audit.list(
      { pageSize: 50, pageAfter, filterOperation: operation || undefined },
      options,
    ),
  );
  if (!mayAct.value) {
    return (
      <Page title="Audit">
        <Empty title="Your token does not see the audit">
          <p>Sign in with a token of role admin.</p>
        </Empty>
      </Page>
    );
  }
  return (
    <Page title="Audit">
      <LateInput
        class="input mono"
        type="search"
        aria-label="Operation, such as patchWebhook"
        placeholder="Operation, such as patchWebhook"
        value={operation}
        onChange={(text) => parameters.set({ operation: text.trim() })}
      />
      <SavedViews screen="audit" />
      <PagedTable
        list={list}
        what="the audit"
        heads={['When', 'Operation', 'Target', 'Changes', 'By']}
        empty={
          <Empty title="No changes">
            <p>
              {operation === ''
                ? 'Nobody has changed anything yet.'
                : 'No change by this operation. Its name is that of the API.'}
            </p>
          </Empty>
        }
      >
        {(entry) => {
          const folder = PATHS[entry.target.type];
          return (
            <tr key={entry.id}>
              <td>
                <Time at={entry.createdAt} />
              </td>
              <td class="mono">{entry.operation}</td>
              <td class="wrap" data-head="Target">
                {entry.target.type}{' '}
                {folder === undefined ? (
                  <span class="mono">{entry.target.id}</span>
                ) : (
                  <a class="mono" href={`/console/${folder}/${entry.target.id}`}>
                    {entry.target.id}
                  </a>
                )}
              </td>
              <td class="wrap">
                {entry.changes.map((change) => (
                  <Change key={change.field} change={change} />
                ))}
              </td>
              <td class="wrap" data-head="By">
                {entry.by}
                <div class="soft mono">{entry.tokenId}</div>
                <div class="soft">{entry.address}</div>
              </td>
            </tr>
          );
        }}
      </PagedTable>
    </Page>
  );
}
