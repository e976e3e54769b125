import { hooktrail } from '../data/hooktrail.ts';
import { usePages } from '../data/use-pages.ts';
import { formatCount } from '../model/format-count.ts';
import { Badge } from './badge.tsx';
import { Failure } from './failure.tsx';
import { MoreButton } from './more-button.tsx';

/** What a job did not send: how many for which reason, and each with links. */
export function JobSkipped({
  id,
  byReason,
}: {
  id: string;
  byReason: Readonly<Record<string, number>>;
}) {
  const total = Object.values(byReason).reduce((sum, count) => sum + count, 0);
  const list = usePages(['job-skipped', id, total], (pageAfter, signal) =>
    hooktrail.jobs.skipped(id, { pageSize: 50, pageAfter }, { signal }),
  );
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
      <div class="scroll-x">
        <table class="table">
          <thead>
            <tr>
              <th>Invocation</th>
              <th>Webhook</th>
              <th>Reason</th>
            </tr>
          </thead>
          <tbody>
            {list.rows.map((row) => (
              <tr key={row.id}>
                <td class="mono">
                  <a href={`/console/invocations/${row.id}`}>{row.id}</a>
                </td>
                <td class="mono">
                  <a href={`/console/webhooks/${row.webhookId}`}>{row.webhookId}</a>
                </td>
                <td>{row.reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <MoreButton list={list} />
    </section>
  );
}
