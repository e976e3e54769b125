import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../database/database.ts';
import type { DeliveryMetrics } from '../../metrics/delivery-metrics.ts';
import type { Clock } from '../../model/clock.ts';
import { historyEntry } from '../../model/history-entry.ts';
import { Unavailable } from '../../model/unavailable.ts';
import { endInvocations } from '../../sql/end-invocations.ts';
import { readEvents } from '../../sql/read-events.ts';
import { holdsLease, leaseOf, type Work } from './work.ts';

/** A body that could not be read is read again after this, while the lease holds. */
const READ_AGAIN_MS = 250;

/** Above every length of a body, and the largest number that the statement takes. */
const ANY_LENGTH = 2 ** 31 - 1;

const EVENT_GONE = 'the event is no longer kept';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
  readonly isStopping: () => boolean;
  readonly metrics?: Pick<DeliveryMetrics, 'finished'> | undefined;
}

/** What is sent of an event. */
export interface SentEvent {
  readonly body: string;
  readonly traceContext: string | undefined;
}

/** Resolves to undefined when the body is gone, or when the lease expired before it was read. */
export type ReadBody = (work: Work, accountId: number) => Promise<SentEvent | undefined>;

/** Makes what reads a body that was too long to wait in memory, just before it is sent. */
export function createReadBody({ clock, database, isStopping, metrics }: Parts): ReadBody {
  return async (work, accountId) => {
    const events = [{ accountId, id: work.leased.eventId }];
    while (holdsLease(work, clock.now())) {
      try {
        const [event] = await database.run(readEvents, { events, maxBytes: ANY_LENGTH });
        if (typeof event?.body === 'string') {
          return { body: event.body, traceContext: event.trace_context ?? undefined };
        }
        await work.renewal;
        const ended = await database.run(endInvocations, {
          leases: [leaseOf(work)],
          reason: EVENT_GONE,
          reasonCode: 'expired',
          entry: historyEntry(clock.now(), 'ended', EVENT_GONE),
        });
        metrics?.finished('expired', ended.length);
        return undefined;
      } catch (error) {
        // If the work were dropped now, its lease would expire and it would be taken for sent.
        if (!(error instanceof Unavailable) || isStopping()) throw error;
        await sleep(READ_AGAIN_MS);
      }
    }
    return undefined;
  };
}
