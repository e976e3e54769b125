import { ATTEMPT_STATUSES, type AttemptStatus } from '../model/delivery-status.ts';
import type { ErrorClass } from '../model/error-class.ts';
import { NO_PHASE, PHASES, type PhaseTimes } from '../model/phases.ts';
import type { Metrics } from './metrics.ts';
import type { TopWebhooks } from './top-webhooks.ts';

/** An attempt that is on the record. */
export interface MeasuredAttempt {
  readonly invocationId: string;
  readonly webhookId: string;
  readonly status: AttemptStatus;
  readonly errorClass: ErrorClass | undefined;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly phases: PhaseTimes | undefined;
  /** From the creation of its invocation; undefined unless it is the first attempt. */
  readonly delayMs: number | undefined;
}

/** How an invocation can end. */
export type FinalOutcome =
  | AttemptStatus
  | 'circuit broken'
  | 'expired'
  | 'given up'
  | 'webhook deleted'
  | 'withdrawn';

/** What delivering tells. */
export interface DeliveryMetrics {
  attempted(attempt: MeasuredAttempt): void;
  finished(outcome: FinalOutcome, count: number): void;
  /** Due invocations were marked as held back. */
  held(status: 'circuit broken' | 'throttled', count: number): void;
  /** Claims found invocations whose leases had ended without an outcome. */
  leasesLost(count: number): void;
  /** A group of outcomes was handed to the database. */
  group(outcomes: number): void;
  /** The first attempts so far, and the sum of their delays. */
  readonly delays: () => { readonly count: number; readonly seconds: number };
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** A backlog of hours is one that people ask for. */
const DELAYS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 300, 3_600, 21_600];
const GROUPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

/** What no endpoint is to blame for. */
const OWN_FAULTS: readonly ErrorClass[] = ['node exhausted', 'proxy unusable'];

const OUTCOMES: readonly FinalOutcome[] = [
  ...ATTEMPT_STATUSES,
  'circuit broken',
  'expired',
  'given up',
  'webhook deleted',
  'withdrawn',
];

/** Makes the metrics of delivering. `top` counts by webhook, where somebody asked for it. */
export function createDeliveryMetrics(
  metrics: Metrics,
  top: Pick<TopWebhooks, 'attempted'> | undefined,
): DeliveryMetrics {
  const attempts = metrics.counters(
    'hooktrail_attempts_total',
    'Attempts on the record, by status and error class (none: without an error). docs/attempts.md lists the classes.',
    ['status', 'error_class'],
  );
  for (const status of ATTEMPT_STATUSES) attempts.of(status, 'none');
  // Alerts ask for the increase of these: of a series that begins with its first value it is 0.
  for (const errorClass of OWN_FAULTS) attempts.of('failed', errorClass);
  const duration = metrics.histograms(
    'hooktrail_attempt_duration_seconds',
    'Time of an attempt from dialling to the last byte, by status.',
    ['status'],
    SECONDS,
  );
  const durations = Object.fromEntries(
    ATTEMPT_STATUSES.map((status) => [status, duration.of(status)]),
  );
  const phase = metrics.histograms(
    'hooktrail_attempt_phase_duration_seconds',
    'Time of each phase of an attempt. A request over a kept connection begins with request.',
    ['phase'],
    SECONDS,
  );
  const phases = PHASES.map((name) => phase.of(name));
  const delay = metrics.histogram(
    'hooktrail_first_attempt_delay_seconds',
    'Time from accepting to the first attempt of an invocation.',
    DELAYS,
  );
  const finished = metrics.counters(
    'hooktrail_invocations_finished_total',
    'Invocations that became final, by outcome: the status of the attempt, or what ended them without one. A replayed one can end again.',
    ['outcome'],
  );
  for (const outcome of OUTCOMES) finished.of(outcome);
  const held = metrics.counters(
    'hooktrail_invocations_held_total',
    'Due invocations that were marked as held back, by status: circuit broken or throttled.',
    ['status'],
  );
  for (const status of ['circuit broken', 'throttled']) held.of(status);
  const lost = metrics.counter(
    'hooktrail_leases_lost_total',
    'Leases that ended without an outcome, found by the claim that took their invocation over.',
  );
  const groups = metrics.histogram(
    'hooktrail_record_group_outcomes',
    'Outcomes that were committed together.',
    GROUPS,
  );

  return {
    attempted(attempt) {
      const { delayMs, durationMs, errorClass, invocationId, startedAtMs, status } = attempt;
      const endedAtMs = startedAtMs + durationMs;
      attempts.of(status, errorClass ?? 'none').value++;
      durations[status]?.observeOf(durationMs / 1_000, invocationId, endedAtMs);
      attempt.phases?.forEach((ms, place) => {
        if (ms !== NO_PHASE) phases[place]?.observeOf(ms / 1_000, invocationId, endedAtMs);
      });
      if (delayMs !== undefined) delay.observeOf(delayMs / 1_000, invocationId, startedAtMs);
      top?.attempted(attempt.webhookId, status, durationMs / 1_000);
    },
    finished: (outcome, count) => finished.of(outcome).add(count),
    held: (status, count) => held.of(status).add(count),
    leasesLost: (count) => lost.add(count),
    group: (count) => groups.observe(count),
    delays: () => ({
      count: delay.counts.reduce((sum, count) => sum + count, 0),
      seconds: delay.sum,
    }),
  };
}
