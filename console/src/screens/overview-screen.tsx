import { useQueries } from '@tanstack/preact-query';
import { hooktrail } from '../data/hooktrail.ts';
import { useComparison } from '../data/use-comparison.ts';
import { useWebhookCounts } from '../data/use-webhook-counts.ts';
import { useWebhooks } from '../data/use-webhooks.ts';
import { formatCount } from '../model/format-count.ts';
import { formatDuration } from '../model/format-duration.ts';
import { formatShare } from '../model/format-share.ts';
import { sparkBins } from '../model/spark-bins.ts';
import { Badge } from '../parts/badge.tsx';
import { Empty } from '../parts/empty.tsx';
import { Failure } from '../parts/failure.tsx';
import { Loading } from '../parts/loading.tsx';
import { Page } from '../parts/page.tsx';
import { Spark } from '../parts/spark.tsx';

/** Each asks the node for the health of one webhook: those with the most failures come first. */
const EXAMINED = 20;
const LIVE_MS = 15_000;
/** Below this share of successes a webhook is listed as failing. */
const WORRYING = 0.95;

/** What is wrong first, then how much was delivered, and how well. */
export function OverviewScreen() {
  const webhooks = useWebhooks();
  const counts = useWebhookCounts();
  const before = useComparison();
  const byWebhook = counts.data?.byWebhook;
  const failures = (id: string) => {
    const row = byWebhook?.get(id);
    return row === undefined ? 0 : row.attempts - row.succeeded;
  };
  const sorted = [...(webhooks.data ?? [])].sort((a, b) => failures(b.id) - failures(a.id));
  const examined = counts.isSuccess ? sorted.slice(0, EXAMINED) : [];
  const healths = useQueries({
    queries: examined.map(({ id }) => ({
      queryKey: ['health', id],
      queryFn: ({ signal }: { signal: AbortSignal }) => hooktrail.webhooks.health(id, { signal }),
      refetchInterval: LIVE_MS,
    })),
  });
  const wrong = examined.flatMap((webhook, index) => {
    const health = healths[index]?.data;
    const row = byWebhook?.get(webhook.id);
    const problems: string[] = [];
    if (health?.breaker.state === 'open' || health?.breaker.state === 'half open') {
      problems.push(`circuit breaker ${health.breaker.state}: ${health.breaker.reason ?? ''}`);
    }
    if (health?.pausedAt) problems.push('paused');
    if (webhook.status === 'inactive') problems.push('inactive');
    if (row?.successShare !== undefined && row.successShare < WORRYING) {
      problems.push(
        `${formatCount(row.attempts - row.succeeded)} of ${formatCount(row.attempts)} attempts failed in 24 hours`,
      );
    }
    const waitedMs = health?.waitingSince ? Date.now() - health.waitingSince.getTime() : 0;
    if (waitedMs > 60_000) problems.push(`a backlog waits for ${formatDuration(waitedMs)}`);
    return problems.length === 0 ? [] : [{ webhook, problems }];
  });

  if (counts.error) {
    return (
      <Page title="Overview">
        <Failure what="The overview" error={counts.error} onRetry={() => void counts.refetch()} />
      </Page>
    );
  }
  if (counts.data === undefined || webhooks.data === undefined) {
    return (
      <Page title="Overview">
        <Loading what="the overview" />
      </Page>
    );
  }
  const { total } = counts.data;
  const rows = sorted.filter(({ id }) => byWebhook?.has(id));
  return (
    <Page title="Overview">
      <section class="card scroll-x" aria-label="What is wrong">
        <header>
          <h2 class="grow">{wrong.length === 0 ? 'Nothing is wrong' : 'What is wrong'}</h2>
          {wrong.length > 0 && <a href="/console/undelivered">Undelivered now</a>}
        </header>
        {wrong.length === 0 ? (
          <div class="body soft">
            No breaker is open, nothing is paused, no webhook fails more than one attempt in twenty.
          </div>
        ) : (
          <table class="table">
            <tbody>
              {wrong.map(({ problems, webhook }) => (
                <tr key={webhook.id}>
                  <td>
                    <a href={`/console/webhooks/${webhook.id}`}>
                      <strong>{webhook.name}</strong>
                    </a>
                  </td>
                  <td>
                    {problems.map((problem) => (
                      <div key={problem}>
                        <Badge tone="bad">{problem}</Badge>
                      </div>
                    ))}
                  </td>
                  <td>
                    <a
                      href={`/console/invocations?q=${encodeURIComponent(`webhook:${webhook.id} state:undelivered`)}`}
                    >
                      See them
                    </a>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <div class="tiles">
        <div class="tile">
          <span class="soft">Attempts, 24 hours</span>
          <span class="value">{formatCount(total?.attempts ?? 0)}</span>
          {before.data && (
            <span class="soft">
              {formatCount(before.data.yesterday?.attempts ?? 0)} the day before,{' '}
              {formatCount(before.data.lastWeek?.attempts ?? 0)} a week ago
            </span>
          )}
        </div>
        <div class="tile">
          <span class="soft">Success</span>
          <span class="value">{formatShare(total?.successShare)}</span>
          {before.data && (
            <span class="soft">
              {formatShare(before.data.yesterday?.successShare)} the day before,{' '}
              {formatShare(before.data.lastWeek?.successShare)} a week ago
            </span>
          )}
        </div>
        <div class="tile">
          <span class="soft">Duration, p95</span>
          <span class="value">
            {total?.durationMs ? formatDuration(total.durationMs.p95) : '–'}
          </span>
          {total?.durationMs && (
            <span class="soft">half within {formatDuration(total.durationMs.p50)}</span>
          )}
        </div>
        <div class="tile">
          <span class="soft">Delivered</span>
          <span class="value">{formatCount(total?.delivered ?? 0)}</span>
          <span class="soft">of {formatCount(total?.settled ?? 0)} that became final</span>
        </div>
      </div>
      {rows.length === 0 ? (
        <Empty title="Nothing was delivered in the last 24 hours">
          <p>
            <a href="/console/publish">Publish a test event</a> to see one.
          </p>
        </Empty>
      ) : (
        <section class="card scroll-x" aria-label="By webhook">
          <table class="table">
            <thead>
              <tr>
                <th>Webhook</th>
                <th class="num">Attempts, 24 h</th>
                <th class="num">Success</th>
                <th class="num">p95</th>
                <th>By hour</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((webhook) => {
                const row = byWebhook?.get(webhook.id);
                return (
                  <tr key={webhook.id}>
                    <td>
                      <a href={`/console/webhooks/${webhook.id}`}>{webhook.name}</a>
                    </td>
                    <td class="num">{formatCount(row?.attempts ?? 0)}</td>
                    <td class="num">{formatShare(row?.successShare)}</td>
                    <td class="num nowrap">
                      {row?.durationMs ? formatDuration(row.durationMs.p95) : '–'}
                    </td>
                    <td>
                      <Spark
                        label={`${webhook.name}: attempts by hour, last 24 hours`}
                        bins={sparkBins(counts.data.hours, counts.data.meta, webhook.id)}
                      />
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </section>
      )}
    </Page>
  );
}
