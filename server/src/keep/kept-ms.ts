import { MAX_SCHEDULE_MS } from '../model/profiles.ts';
import type { KeepMs } from './partitions.ts';

interface Retention {
  readonly retentionDays: number;
  /** Not more than `retentionDays`. */
  readonly attemptRetentionDays: number;
  /** Not more than `attemptRetentionDays`. */
  readonly eventRetentionDays: number;
}

const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * How long each table of the trail is kept after its rows, or their invocations, were made.
 *
 * The latest attempt of an invocation may be made as long after its creation as the schedule lasts, and
 * lists go by that attempt: everything is kept for as much longer. So an event is there for every attempt
 * that its schedule can ask for, however short its retention.
 *
 * An attempt is written to the partition of its invocation, and without that partition it cannot be
 * written at all. An invocation that was held back for days may still be due when its event goes, and its
 * last request may be under way at that moment; after it, there is nothing to send. So attempts outlive
 * events by a day, or go when their invocations do: then nothing is left to record them for.
 */
export function keptMs(retention: Retention): KeepMs {
  const { retentionDays, attemptRetentionDays, eventRetentionDays } = retention;
  const ms = (days: number) => days * DAY_MS + MAX_SCHEDULE_MS;
  const invocation = ms(retentionDays);
  return {
    event: ms(eventRetentionDays),
    invocation,
    attempt: Math.min(ms(attemptRetentionDays + 1), invocation),
  };
}
