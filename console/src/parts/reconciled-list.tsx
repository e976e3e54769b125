import type { ReconcileKind } from '@hooktrail/sdk/hooktrail';
import { hooktrail } from '../data/hooktrail.ts';
import { usePages } from '../data/use-pages.ts';
import { RECONCILE_KINDS } from '../model/reconcile-kinds.ts';
import { statusTone } from '../model/status-tone.ts';
import { Badge } from './badge.tsx';
import { Empty } from './empty.tsx';
import { PagedTable } from './paged-table.tsx';
import { Time } from './time.tsx';

const PAGE = 50;

/** The invocations behind a number of a comparison. */
export function ReconciledList({
  id,
  kind,
  from,
  to,
  webhook,
}: {
  /** Of the source. */
  id: string;
  kind: ReconcileKind;
  /** Times; empty: as the node says. */
  from: string;
  to: string;
  /** The id of a webhook; empty: of all. */
  webhook: string;
}) {
  const list = usePages(['reconciled', id, kind, from, to, webhook], (pageAfter, options) =>
    hooktrail.sources.reconciled(
      id,
      kind,
      {
        pageSize: PAGE,
        pageAfter,
        from: from || undefined,
        to: to || undefined,
        webhook: webhook || undefined,
      },
      options,
    ),
  );
  const isListed = kind !== 'not_listed';
  return (
    <>
      <p>{RECONCILE_KINDS.find((one) => one.kind === kind)?.meaning ?? kind}</p>
      <PagedTable
        list={list}
        what="the invocations"
        heads={['Created', 'Invocation', 'Webhook', 'Listed as', 'Finished', 'Arrived']}
        empty={
          <Empty title="None any more">
            <p>An hour is compared again until it is seven days old: the number was older.</p>
          </Empty>
        }
      >
        {(row) => (
          <tr key={`${row.webhook.id} ${row.id}`}>
            <td data-head="Created">
              <Time at={row.createdAt} />
            </td>
            <td class="mono wrap">
              {isListed ? <a href={`/console/invocations/${row.id}`}>{row.id}</a> : row.id}
            </td>
            <td class="wrap" data-head="Webhook">
              {row.webhook.name}
            </td>
            <td class="nowrap" data-head="Listed as">
              {row.status === undefined ? (
                <span class="soft">not listed</span>
              ) : (
                <>
                  <Badge tone={statusTone(row.status)}>{row.status}</Badge> {row.statusCode}
                </>
              )}
            </td>
            <td data-head="Finished">
              {row.latestCompletedAt && <Time at={row.latestCompletedAt} />}
            </td>
            <td data-head="Arrived">
              {row.arrivedAt ? <Time at={row.arrivedAt} /> : <span class="soft">–</span>}{' '}
              {row.eventId !== undefined && (
                <a href={`/console/events/${encodeURIComponent(row.eventId)}`}>its event</a>
              )}
            </td>
          </tr>
        )}
      </PagedTable>
    </>
  );
}
