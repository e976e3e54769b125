import { useBusyWebhooks } from '../data/use-busy-webhooks.ts';
import { formatCount } from '../model/format-count.ts';
import { formatDuration } from '../model/format-duration.ts';
import { formatShare } from '../model/format-share.ts';
import { sparkBins } from '../model/spark-bins.ts';
import { Empty } from './empty.tsx';
import { Failure } from './failure.tsx';
import { Loading } from './loading.tsx';
import { Spark } from './spark.tsx';

/** The webhooks with the most attempts, beside the same time yesterday and last week. */
export function BusyWebhooks({
  webhooks,
  failing,
}: {
  /** How many the account has; undefined while that is unknown. */
  webhooks: number | undefined;
  failing: readonly string[];
}) {
  const { before, isLarge, now } = useBusyWebhooks(webhooks, failing);
  if (now.error) {
    return <Failure what="The webhooks" error={now.error} onRetry={() => void now.refetch()} />;
  }
  if (isLarge && failing.length === 0) {
    return (
      <p class="soft">
        This account has {formatCount(webhooks ?? 0)} webhooks: only failing ones are listed here.{' '}
        <a href="/console/webhooks">All webhooks</a>
      </p>
    );
  }
  if (now.data === undefined) return <Loading what="the webhooks" />;
  const { hours, meta, rows } = now.data;
  if (rows.length === 0) {
    return (
      <Empty title="Nothing was delivered in the last 24 hours">
        <p>
          <a href="/console/publish">Publish a test event</a> to see one.
        </p>
      </Empty>
    );
  }
  return (
    <section class="card scroll-x" aria-label="By webhook">
      <header>
        <h2 class="grow">
          {isLarge ? 'Failing webhooks, 24 hours' : 'Busiest webhooks, 24 hours'}
        </h2>
        <a href="/console/webhooks">All webhooks</a>
      </header>
      <table class="table">
        <thead>
          <tr>
            <th>Webhook</th>
            <th class="num">Attempts</th>
            <th class="num">The day before</th>
            <th class="num">A week ago</th>
            <th class="num">Success</th>
            <th class="num">p50</th>
            <th class="num">p95</th>
            <th>By hour</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ attempts, durationMs, successShare, webhook }) => {
            if (webhook === undefined) return null;
            const { id, name } = webhook;
            const earlier = (when: 'yesterday' | 'lastWeek') =>
              before === undefined ? '–' : formatCount(before[when].get(id)?.attempts ?? 0);
            return (
              <tr key={id}>
                <td class="wrap">
                  <a href={`/console/webhooks/${id}`}>{name}</a>
                </td>
                <td class="num" data-head="Attempts">
                  {formatCount(attempts)}
                </td>
                <td class="num soft" data-head="The day before">
                  {earlier('yesterday')}
                </td>
                <td class="num soft" data-head="A week ago">
                  {earlier('lastWeek')}
                </td>
                <td class="num" data-head="Success">
                  {formatShare(successShare)}
                </td>
                <td class="num nowrap" data-head="p50">
                  {durationMs ? formatDuration(durationMs.p50) : '–'}
                </td>
                <td class="num nowrap" data-head="p95">
                  {durationMs ? formatDuration(durationMs.p95) : '–'}
                </td>
                <td>
                  <Spark
                    label={`${name}: attempts by hour, last 24 hours`}
                    bins={sparkBins(hours, meta, id)}
                  />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
