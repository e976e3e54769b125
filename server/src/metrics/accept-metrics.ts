import type { Metrics } from './metrics.ts';

/** What accepting tells. */
export interface AcceptMetrics {
  /** Events were committed, with their invocations; so many matching webhooks were skipped as inactive. */
  accepted(events: number, invocations: number, skipped: number): void;
  /** Events were not written, for a reason. */
  refused(result: 'repeated' | 'conflict' | 'unavailable' | 'error', events: number): void;
  /** A call to publish took this long, from match to commit. */
  took(ms: number): void;
  /** A group of events was handed to the database. */
  group(events: number): void;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const GROUPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

/** Makes the metrics of accepting. */
export function createAcceptMetrics(metrics: Metrics): AcceptMetrics {
  const events = metrics.counters(
    'hooktrail_events_total',
    'Events by result: accepted; repeated (its idempotency key or id was used before); conflict (used with another body); unavailable (503); error.',
    ['result'],
  );
  const accepted = events.of('accepted');
  const results = {
    repeated: events.of('repeated'),
    conflict: events.of('conflict'),
    unavailable: events.of('unavailable'),
    error: events.of('error'),
  };
  const invocations = metrics.counter(
    'hooktrail_invocations_created_total',
    'Invocations that accepted events made.',
  );
  const skipped = metrics.counter(
    'hooktrail_webhooks_skipped_total',
    'Matching webhooks that got no invocation of an accepted event because they were inactive.',
  );
  const duration = metrics.histogram(
    'hooktrail_accept_duration_seconds',
    'Time of a call to publish, one event or a batch, from match to commit.',
    SECONDS,
  );
  const groups = metrics.histogram(
    'hooktrail_accept_group_events',
    'Events that were committed together.',
    GROUPS,
  );
  return {
    accepted(count, made, left) {
      accepted.value += count;
      invocations.value += made;
      skipped.value += left;
    },
    refused(result, count) {
      results[result].value += count;
    },
    took: (ms) => duration.observe(ms / 1_000),
    group: (count) => groups.observe(count),
  };
}
