import type { Logger } from 'pino';
import type { ShortCut } from '../accept/short-cut.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { Account } from '../directory/account.ts';
import type { Directory } from '../directory/directory.ts';
import { MAX_TIME_LIMIT_MS, PROFILES } from '../directory/profiles.ts';
import type { Rules } from '../directory/rules.ts';
import { rulesOf } from '../directory/rules-of.ts';
import type { Target, Webhook } from '../directory/webhook.ts';
import { newId } from '../ids.ts';
import { laneOf } from '../lanes.ts';
import { type ReplayedRow, replayInvocation } from '../sql/replay-invocation.ts';
import { returnLeases } from '../sql/return-leases.ts';
import { Unavailable } from '../unavailable.ts';
import { createAddressRules } from './address-rules.ts';
import { Breakers } from './breakers.ts';
import { Claimer } from './claimer.ts';
import { composeRequest } from './compose-request.ts';
import { Courier } from './courier.ts';
import { createSender } from './create-sender.ts';
import { DueNotices } from './due-notices.ts';
import type { Exchange } from './exchange.ts';
import { historyEntry } from './history-entry.ts';
import { isSendable } from './is-sendable.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { RateLimiter } from './rate-limiter.ts';
import { Recorder } from './recorder.ts';

interface Parts {
  readonly allowedNetworks: readonly string[];
  readonly clock: Clock;
  readonly database: Database;
  /** Switches a webhook to inactive because its endpoint is gone. */
  readonly deactivate: (webhookId: string) => Promise<void>;
  readonly directory: Directory;
  /** How long stopping waits for requests under way. */
  readonly drainMs: number;
  readonly leaseMs: number;
  readonly log: Logger;
}

/** One request that is sent to see what comes back, and leaves nothing in the trail. */
export interface Trial {
  readonly target: Target;
  readonly accountId: number;
  /** The stored webhook's, or one made up for a webhook that is not stored. */
  readonly webhookId: string;
  readonly payload: string;
  readonly timeLimitMs: number;
}

/** An attempt that is asked for by hand. */
export interface Replay {
  readonly webhookId: string;
  readonly invocationId: string;
  /** Who asked. */
  readonly by: string;
  /** Also where the webhook may not send of itself. */
  readonly force: boolean;
}

/** The delivering side of a node. */
export interface Delivery {
  readonly shortCut: ShortCut;
  /** Starts looking for due work. */
  start(): Promise<void>;
  /** Finishes or hands back what is under way. */
  stop(): Promise<void>;
  tryOut(trial: Trial): Promise<Exchange>;
  /** Looks after webhooks that may have due work: told by another node, or switched on just now. */
  lookAfter(webhookIds: Iterable<string>): void;
  /**
   * Sends an invocation once more, beside its schedule. Resolves to false when an attempt of it is
   * under way.
   */
  replay(replay: Replay): Promise<boolean>;
  /** The circuit breakers, as this node knows them. */
  readonly breakers: Breakers;
}

/** Puts the parts of delivering together; each knows the others only by what it is given here. */
export function createDelivery(parts: Parts): Delivery {
  const { clock, database, directory, drainMs, leaseMs, log } = parts;
  const sender = createSender(createAddressRules(parts.allowedNetworks), MAX_TIME_LIMIT_MS);
  const recorder = new Recorder({ database, log });
  const notices = new DueNotices({ database, log });
  const rules = (webhookId: string): Rules => {
    const webhook = directory.webhook(webhookId);
    const account = webhook && directory.account(webhook.accountId);
    return account === undefined ? PROFILES.durable : rulesOf(webhook as Webhook, account);
  };
  const breakers = new Breakers({
    database,
    log,
    onChange: (webhookId) => claimer.note(webhookId, clock.now()),
    rulesOf: rules,
  });
  const courier = new Courier({
    breakers,
    clock,
    database,
    deactivate: parts.deactivate,
    directory,
    log,
    onRetry: (webhookId, atMs) => claimer.note(webhookId, atMs),
    onRoom: (webhookId) => claimer.roomFor(webhookId),
    recorder,
    rulesOf: rules,
    sender,
  });
  const claimer = new Claimer({
    breakers,
    clock,
    courier,
    database,
    directory,
    leaseMs,
    limiter: new RateLimiter(database),
    log,
    rulesOf: rules,
  });
  const leases = new LeaseKeeper({ clock, courier, database, leaseMs, log });

  function lookAfter(webhookIds: Iterable<string>): void {
    const nowMs = clock.now();
    for (const webhookId of webhookIds) claimer.note(webhookId, nowMs);
  }

  /** Whether what is accepted may be sent at once, without asking anybody. */
  function isFree(webhookId: string): boolean {
    const webhook = directory.webhook(webhookId);
    if (webhook === undefined) return false;
    const account = directory.account(webhook.accountId);
    return (
      isSendable(webhook, account) &&
      breakers.broken(webhookId) === undefined &&
      rulesOf(webhook, account as Account).rateLimit === null
    );
  }

  return {
    breakers,
    shortCut: {
      reserve: (webhookId) => isFree(webhookId) && courier.tryReserve(webhookId),
      cancel(webhookIds) {
        for (const webhookId of webhookIds) courier.cancel(webhookId, 1);
      },
      deliver(work) {
        for (const leased of work) courier.deliver(leased);
      },
      due(webhookIds) {
        lookAfter(webhookIds);
        notices.add(webhookIds);
      },
    },
    lookAfter,
    async start() {
      await breakers.reload();
      await claimer.start();
    },
    async replay({ webhookId, invocationId, by, force }) {
      const lane = laneOf(webhookId);
      // Sent from here, past everything that holds the others back; only a rate limit binds it as well.
      const leased =
        (force || rules(webhookId).rateLimit === null) && courier.tryReserve(webhookId);
      if (force && !leased) throw new Unavailable('there is no room for another request', 1);
      let row: ReplayedRow | undefined;
      try {
        [row] = await database.run(replayInvocation, {
          lane,
          webhookId,
          id: invocationId,
          entry: historyEntry(clock.now(), 'replayed', `asked for by ${by}`),
          leased,
          leaseMs,
        });
      } finally {
        if (leased && row === undefined) courier.cancel(webhookId, 1);
      }
      if (row === undefined) return false;
      if (leased) {
        courier.deliver({
          id: invocationId,
          lane,
          webhookId,
          eventId: row.event_id,
          eventType: row.event_type,
          attemptsCount: row.attempts_count,
          manualCount: row.manual_count,
          manual: true,
          probe: false,
          leasedUntilMs: row.due_at.getTime(),
          body: undefined,
        });
      } else {
        lookAfter([webhookId]);
        notices.add([webhookId]);
      }
      return true;
    },
    async tryOut({ target, accountId, webhookId, payload, timeLimitMs }) {
      const nowMs = clock.now();
      const invocationId = newId(nowMs);
      const request = composeRequest({
        target,
        accountId,
        webhookId,
        invocationId,
        payload,
        nowMs,
      });
      return sender.send(request, timeLimitMs, nowMs);
    },
    async stop() {
      await claimer.stop();
      const unsent = await courier.stopSending();
      if (unsent.length > 0) {
        // A lease that cannot be given back runs out: later, but not lost.
        await database
          .run(returnLeases, unsent)
          .catch((error: unknown) => log.warn({ err: error }, 'leases could not be given back'));
      }
      const deadline = AbortSignal.timeout(drainMs);
      deadline.addEventListener('abort', () => recorder.giveUpWaiting(), { once: true });
      await courier.finished(deadline);
      await leases.stop();
      await breakers.stop();
      await notices.stop();
      await sender.stop();
    },
  };
}
