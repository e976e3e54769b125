import type { CountsTotal } from '@hooktrail/sdk/hooktrail';
import { useMemo } from 'preact/hooks';

import { now as clock } from '../data/now.ts';
import { useProblems } from '../data/use-problems.ts';
import { useRates } from '../data/use-rates.ts';
import { formatCount } from '../model/format-count.ts';
import { formatDuration } from '../model/format-duration.ts';
import { formatShare } from '../model/format-share.ts';
import { lastHours, rateLine } from '../model/rate-lines.ts';
import { BusyWebhooks } from '../parts/busy-webhooks.tsx';
import { Failure } from '../parts/failure.tsx';
import { loadLate } from '../parts/load-late.tsx';
import { Loading } from '../parts/loading.tsx';
import { OpenAlerts } from '../parts/open-alerts.tsx';
import { Page } from '../parts/page.tsx';
import { ProblemList } from '../parts/problem-list.tsx';

/** The library of charts comes only with the screen that has some. */
const RateChart = loadLate('The chart', () =>
  import('../parts/rate-chart.tsx').then((m) => m.RateChart),
);

const HOUR_MS = 3_600_000;

const attemptsOf = (row: CountsTotal) => row.attempts;
const shareOf = (row: CountsTotal) => row.successShare;
const p50Of = (row: CountsTotal) => row.durationMs?.p50;
const p95Of = (row: CountsTotal) => row.durationMs?.p95;
const whole = (value: number) => formatCount(Math.round(value));

/** What is wrong first, then how much was delivered, how well and how fast. */
export function OverviewScreen() {
  const problems = useProblems();
  const { before, now } = useRates();
  const hour = Math.floor(clock.value / HOUR_MS);
  const hours = useMemo(() => lastHours(hour * HOUR_MS), [hour]);
  const charts = useMemo(() => {
    const { lastWeek, yesterday } = before ?? {};
    const compared = (read: (row: CountsTotal) => number | undefined, none: number | null) => [
      rateLine('today', hours, now.data, 0, read, none),
      rateLine('the day before', hours, yesterday, 1, read, none),
      rateLine('a week ago', hours, lastWeek, 7, read, none),
    ];
    return {
      attempts: compared(attemptsOf, 0),
      success: compared(shareOf, null),
      duration: [
        rateLine('p95', hours, now.data, 0, p95Of, null),
        rateLine('p95, the day before', hours, yesterday, 1, p95Of, null),
        rateLine('p50', hours, now.data, 0, p50Of, null),
      ],
    };
  }, [hours, now.data, before]);
  const total = now.data?.total;
  const failing = (problems.data?.problems ?? []).flatMap(({ kind, webhook }) =>
    kind === 'failing' && webhook !== undefined ? [webhook.id] : [],
  );
  const earlier = (show: (counted: CountsTotal | undefined) => string) =>
    before && (
      <span class="soft">
        {show(before.yesterday.total)} the day before, {show(before.lastWeek.total)} a week ago
      </span>
    );
  return (
    <Page title="Overview">
      <OpenAlerts />
      {problems.error && (
        <Failure
          what="What is wrong"
          error={problems.error}
          onRetry={() => void problems.refetch()}
        />
      )}
      {problems.data ? (
        <ProblemList found={problems.data} />
      ) : (
        problems.isLoading && <Loading what="what is wrong" />
      )}
      {now.error && (
        <Failure what="The rates" error={now.error} onRetry={() => void now.refetch()} />
      )}
      {now.data && (
        <>
          <div class="tiles">
            <div class="tile">
              <span class="soft">Attempts, 24 hours</span>
              <span class="value">{formatCount(total?.attempts ?? 0)}</span>
              {earlier((one) => formatCount(one?.attempts ?? 0))}
            </div>
            <div class="tile">
              <span class="soft">Success</span>
              <span class="value">{formatShare(total?.successShare)}</span>
              {earlier((one) => formatShare(one?.successShare))}
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
          <div class="charts">
            <RateChart title="Attempts" hours={hours} lines={charts.attempts} format={whole} />
            <RateChart
              title="Success"
              hours={hours}
              lines={charts.success}
              format={formatShare}
              most={1}
            />
            <RateChart
              title="Duration"
              hours={hours}
              lines={charts.duration}
              format={formatDuration}
            />
          </div>
        </>
      )}
      <BusyWebhooks webhooks={problems.data?.meta.webhooks} failing={failing} />
    </Page>
  );
}
