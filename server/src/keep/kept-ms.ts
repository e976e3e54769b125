import { MAX_SCHEDULE_MS } from '../model/profiles.ts';
import { DAY_MS, HOUR_MS } from '../model/time-units.ts';
import type { KeepMs } from './partitions.ts';

interface Retention {
  readonly retentionDays: number;
  /** Not more than `retentionDays`. */
  readonly attemptRetentionDays: number;
  /** Not more than `attemptRetentionDays`. */
  readonly eventRetentionDays: number;
  readonly rollupRetentionDays: number;
  /** Of what is archived of remote accounts; undefined: for ever. */
  readonly archiveRetentionDays?: number | undefined;
}

/** Minutes are many: 5,000 busy webhooks have some 10 million rows of them a day. */
const MINUTES_DAYS = 14;

/**
 * Deltas are read for a day, and a writer may go on for an hour after its day. They are kept for longer
 * until they are folded.
 */
const DELTA_MS = DAY_MS + 2 * HOUR_MS;

/**
 * How long each table of the trail is kept, counted from the creation of its rows or of their
 * invocations.
 *
 * The last attempt may come as long after creation as the schedule lasts, and lists sort by it, so
 * everything is kept longer by that much. Hence an event exists for every scheduled attempt,
 * however short its retention.
 *
 * An attempt is written to the partition of its invocation's day, and cannot be written without it.
 * An invocation that was held back for days may still be due when its event is dropped, with a last
 * request in flight; after that there is nothing to send. So attempts outlive events by a day, or
 * are dropped with their invocations, when there is nothing left to record them for.
 */
export function keptMs(retention: Retention): KeepMs {
  const { retentionDays, attemptRetentionDays, eventRetentionDays } = retention;
  const { archiveRetentionDays, rollupRetentionDays } = retention;
  const ms = (days: number) => days * DAY_MS + MAX_SCHEDULE_MS;
  const invocation = ms(retentionDays);
  const event = ms(eventRetentionDays);
  const archived = archiveRetentionDays === undefined ? undefined : archiveRetentionDays * DAY_MS;
  return {
    event,
    key_block: event,
    invocation,
    attempt: Math.min(ms(attemptRetentionDays + 1), invocation),
    delta: DELTA_MS,
    rollup_minute: Math.min(MINUTES_DAYS, rollupRetentionDays) * DAY_MS,
    archive_event: archived,
    archive_invocation: archived,
    archive_attempt: archived,
  };
}
