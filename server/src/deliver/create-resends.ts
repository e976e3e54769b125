import type { Breakers } from '../gates/breakers.ts';
import type { Handshakes } from '../gates/handshakes.ts';
import type { RateLimiter } from '../gates/rate-limiter.ts';
import type { Clock } from '../model/clock.ts';
import { ownFault } from '../model/fault.ts';
import type { Rules } from '../model/rules.ts';
import type { Webhook } from '../model/webhook.ts';
import type { Places } from './courier/places.ts';
import type { Send } from './request/create-send.ts';
import type { Delivery } from './request/delivery.ts';
import type { Exchange } from './request/exchange.ts';

interface Parts {
  readonly breakers: Pick<Breakers, 'broken' | 'count' | 'probed' | 'returnProbe' | 'takeProbe'>;
  readonly clock: Clock;
  readonly handshakes?: Pick<Handshakes, 'begin' | 'held'> | undefined;
  readonly limiter: Pick<RateLimiter, 'giveBack' | 'take'>;
  readonly places: Pick<Places, 'endTrial' | 'tryBeginTrial'>;
  readonly rulesOf: (webhookId: string) => Rules;
  readonly send: Send;
  /** The same, which logs the headers of a request as they were sent. */
  readonly sendPlain: Send;
}

/** For whom requests are sent. */
interface Receiver {
  readonly accountId: number;
  /** The webhook of ours that gets them; undefined: the endpoint of an archived one. */
  readonly webhook: Webhook | undefined;
  /** A person asked for this one: past an open breaker, as a manual attempt. */
  readonly byHand: boolean;
}

/** Room for requests, which must be sent or given back. */
export interface Reservation extends Receiver {
  readonly count: number;
  /** The one request that an open breaker lets through. */
  readonly probe: boolean;
}

/** A request that is sent again: its time and its connection are not its caller's to choose. */
export type ResentDelivery = Omit<Delivery, 'nowMs' | 'newConnection' | 'mayBegin'>;

/** Sends what is archived of remote accounts, beside the courier (docs/decisions/resends.md). */
export interface Resends {
  /** Takes room for up to so many requests; a count of 0 says that there is none now. */
  reserve(receiver: Receiver, wanted: number): Promise<Reservation>;
  /** Gives back what is not sent. */
  cancel(reservation: Reservation, count: number): Promise<void>;
  /** Sends one request, and gives its place back. */
  send(reservation: Reservation, delivery: ResentDelivery): Promise<Exchange>;
}

const NONE = { count: 0, probe: false } as const;

/**
 * Makes what sends resends. They take the places of test requests: one in sixteen of the requests of a node, of
 * which an account gets its share. One to a webhook of ours also takes a permit of its rate limit and counts for
 * its breaker. The endpoint of an archived webhook has neither.
 */
export function createResends(parts: Parts): Resends {
  const { breakers, clock, handshakes, limiter, places, rulesOf, send, sendPlain } = parts;
  const limitOf = (webhook: Webhook | undefined) =>
    webhook === undefined ? null : rulesOf(webhook.id).rateLimit;

  /** Whether its endpoint has not allowed deliveries; asks it when its time has come. */
  async function awaitsPermission(webhookId: string): Promise<boolean> {
    const held = handshakes?.held(webhookId, rulesOf(webhookId));
    if (handshakes === undefined || held === undefined) return false;
    if (held.nextAtMs <= clock.now()) await handshakes.begin(webhookId);
    return handshakes.held(webhookId, rulesOf(webhookId)) !== undefined;
  }

  /** How many of them the gates of the webhook let out. */
  async function letOut({ byHand, webhook }: Receiver, wanted: number) {
    if (webhook === undefined || wanted === 0) return { count: wanted, probe: false };
    if (!byHand && (await awaitsPermission(webhook.id))) return NONE;
    const isBroken = !byHand && breakers.broken(webhook.id) !== undefined;
    if (isBroken && !(await breakers.takeProbe(webhook.id))) return { count: 0, probe: false };
    const asked = isBroken ? 1 : wanted;
    const limit = limitOf(webhook);
    const count = limit === null ? asked : (await limiter.take(webhook.id, limit, asked)).granted;
    if (isBroken && count === 0) await breakers.returnProbe(webhook.id);
    return { count, probe: isBroken && count > 0 };
  }

  /** The outcome of a request to a webhook of ours counts for its breaker, unless we caused it. */
  async function conclude({ probe, webhook }: Reservation, exchange: Exchange): Promise<void> {
    if (webhook === undefined) return;
    const success = exchange.status === 'success';
    if (ownFault(exchange.fault) !== undefined) {
      if (probe) await breakers.returnProbe(webhook.id);
    } else if (probe || (success && breakers.broken(webhook.id) !== undefined)) {
      await breakers.probed(webhook.id, success);
    } else breakers.count(webhook.id, success);
  }

  return {
    async reserve(receiver, wanted) {
      const { accountId } = receiver;
      let taken = 0;
      while (taken < wanted && places.tryBeginTrial(accountId)) taken++;
      const giveBack = (count: number) => {
        for (let index = 0; index < count; index++) places.endTrial(accountId);
      };
      try {
        const { count, probe } = await letOut(receiver, taken);
        giveBack(taken - count);
        return { ...receiver, count, probe };
      } catch (error) {
        giveBack(taken);
        throw error;
      }
    },

    async cancel({ accountId, probe, webhook }, count) {
      for (let index = 0; index < count; index++) places.endTrial(accountId);
      if (webhook === undefined || count === 0) return;
      if (probe) await breakers.returnProbe(webhook.id);
      if (limitOf(webhook) !== null) await limiter.giveBack(webhook.id, count);
    },

    async send(reservation, delivery) {
      let exchange: Exchange;
      try {
        const way = reservation.webhook === undefined ? sendPlain : send;
        // Over a kept connection it might be sent twice: a bulk of 20 a second can open its own.
        exchange = await way({ ...delivery, nowMs: clock.now(), newConnection: true });
      } finally {
        places.endTrial(reservation.accountId);
      }
      await conclude(reservation, exchange);
      return exchange;
    },
  };
}
