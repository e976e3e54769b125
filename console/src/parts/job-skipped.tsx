import { hooktrail } from '../data/hooktrail.ts';
import { usePages } from '../data/use-pages.ts';
import { useWebhooks } from '../data/use-webhooks.ts';
import { formatCount } from '../model/format-count.ts';
import { Badge } from './badge.tsx';
import { Failure } from './failure.tsx';
import { MoreButton } from './more-button.tsx';
import { Table } from './table.tsx';

/** What a job did not send or erase: how many for which reason, and each with links. */
export function JobSkipped({
  id,
  byReason,
}: {
  id: string;
  byReason: Readonly<Record<string, number>>;
}) {
  const total = Object.values(byReason).reduce((sum, count) => sum + count, 0);
  const list = usePages(['job-skipped', id, total], (pageAfter, options) =>
    hooktrail.jobs.skipped(id, { pageSize: 50, pageAfter }, options),
  );
  const webhooks = useWebhooks();
  const names = new Map(webhooks.data?.map((each) => [each.id, each.name]));
  return (
    <section class="card" aria-label="Skipped">
      <header>
        <h2>Skipped: {formatCount(total)}</h2>
        {Object.entries(byReason).map(([reason, count]) => (
          <Badge key={reason} tone="hold">
            {formatCount(count)} {reason}
          </Badge>
        ))}
      </header>
      {list.error && (
        <Failure what="The list" error={list.error} onRetry={() => void list.refetch()} />
      )}
      <Table heads={['Invocation or event', 'Webhook', 'Reason']}>
        {list.rows.map((row) => (
          <tr key={row.id}>
            <td class="mono wrap">
              <a
                href={`/console/${row.webhookId === undefined ? 'events' : 'invocations'}/${row.id}`}
              >
                {row.id}
              </a>
            </td>
            <td class="wrap">
              {row.webhookId !== undefined && (
                <a href={`/console/webhooks/${row.webhookId}`}>
                  {names.get(row.webhookId) ?? <span class="mono">{row.webhookId}</span>}
                </a>
              )}
            </td>
            <td data-head="Reason">{row.reason}</td>
          </tr>
        ))}
      </Table>
      <MoreButton list={list} />
    </section>
  );
}
