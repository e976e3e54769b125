import type { Directory } from '../../directory/directory.ts';
import type { DeliveryMetrics } from '../../metrics/delivery-metrics.ts';
import type { Clock } from '../../model/clock.ts';
import { makeDue } from './make-due.ts';
import { readReplayed } from './read-replayed.ts';
import type { SendingWay } from './sending-way.ts';
import { MOST_IN_FLIGHT, settleItems } from './settle-items.ts';
import { webhookReceiver } from './webhook-receiver.ts';
import { withdrawItems } from './withdraw-items.ts';

interface Parts {
  readonly clock: Clock;
  readonly directory: Directory;
  /** Why a webhook would wait now; undefined: it would not. */
  readonly heldBy: (webhookId: string) => string | undefined;
  /** Tells claimers, here and on other nodes, of invocations that are due. */
  readonly lookAfter: (webhookIds: readonly string[]) => void;
  readonly metrics?: Pick<DeliveryMetrics, 'finished'> | undefined;
  /** Schedules a claim of this node at a time (milliseconds since 1970), which may be over. */
  readonly note: (webhookId: string, atMs: number) => void;
}

/** A slow endpoint has as many in flight as it gets in this time; then its webhook waits for outcomes. */
const IN_FLIGHT_S = 10;
const LEAST_IN_FLIGHT = 20;

/**
 * Makes the way of replays: items become due, and the claimers send them as they send everything that is due,
 * behind the gates of their webhooks.
 */
export function createReplayWay(parts: Parts): SendingWay {
  return {
    name: 'replay',
    settleTurns: 3,
    mostInFlight: ({ rate }) => ({
      ofReceiver: Math.max(LEAST_IN_FLIGHT, rate * IN_FLIGHT_S),
      ofJob: MOST_IN_FLIGHT,
    }),
    async refusals(_accountId, _spec, selection, rows) {
      const archived = rows.filter(
        (row) => selection.webhooks.get(row.webhook_id)?.family === 'archived',
      );
      return new Map(archived.map((row) => [row, 'archived']));
    },
    receiverOf: (job, webhookId) => webhookReceiver(parts, job, webhookId),
    send: (job, webhookId, items) => makeDue(parts, job, webhookId, items),
    settle: (job) => settleItems(job, (items) => readReplayed(job, items)),
    withdraw: (job, onlyReceiverId) => withdrawItems(parts, job, onlyReceiverId),
  };
}
