import type { Known } from '../metrics/known.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { SourceLag } from '../sql/read-source-lags.ts';

/** Adds gauges of the sources whose trail is archived: the 100 that are farthest behind. */
export function addSourceGauges(metrics: Metrics, sources: Known<readonly SourceLag[]>): void {
  const add = (name: string, help: string, of: (source: SourceLag) => number | null) =>
    metrics.gauge(name, help, ['source_id', 'source_name'], () =>
      sources.value?.flatMap((source) => {
        const value = of(source);
        return value === null ? [] : [{ labels: [source.id, source.name], value }];
      }),
    );
  add(
    'hooktrail_source_lag_seconds',
    'How long ago the time is up to which everything of a source was read; absent before its first walk ended.',
    ({ lag_ms }) => (lag_ms === null ? null : Math.max(0, lag_ms) / 1_000),
  );
  add('hooktrail_source_rows', 'Rows that were archived of a source.', (one) => one.rows_count);
  add('hooktrail_source_gaps', 'Gaps of a source, up to 1,000.', (one) => one.gaps);
  add(
    'hooktrail_source_failures',
    'Requests to a source that failed since the last success.',
    (one) => one.failures,
  );
  add('hooktrail_source_paused', 'Whether a source is paused: 1 or 0.', (one) =>
    Number(one.paused),
  );
}
