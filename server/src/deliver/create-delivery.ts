import type { Logger } from 'pino';
import type { ShortCut } from '../accept/short-cut.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { Directory } from '../directory/directory.ts';
import type { Target } from '../directory/webhook.ts';
import { newId } from '../ids.ts';
import { returnLeases } from '../sql/return-leases.ts';
import type { AddressRules } from './address-rules.ts';
import { Claimer } from './claimer.ts';
import { composeRequest } from './compose-request.ts';
import { Courier } from './courier.ts';
import { createNameResolver } from './create-name-resolver.ts';
import { createSender } from './create-sender.ts';
import { DueNotices } from './due-notices.ts';
import type { Exchange } from './exchange.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import type { Profile } from './profile.ts';
import { Recorder } from './recorder.ts';

interface Parts {
  readonly addressRules: AddressRules;
  readonly clock: Clock;
  readonly database: Database;
  /** Switches a webhook to inactive because its endpoint is gone. */
  readonly deactivate: (webhookId: string) => Promise<void>;
  readonly directory: Directory;
  /** Name servers to ask; none for those of the machine. */
  readonly dnsServers: readonly string[];
  /** How long stopping waits for requests under way. */
  readonly drainMs: number;
  readonly leaseMs: number;
  readonly log: Logger;
  readonly profile: Profile;
}

/** One request that is sent to see what comes back, and leaves nothing in the trail. */
export interface Trial {
  readonly target: Target;
  readonly accountId: number;
  /** The stored webhook's, or one made up for a webhook that is not stored. */
  readonly webhookId: string;
  readonly payload: string;
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
}

/** Puts the parts of delivering together; each knows the others only by what it is given here. */
export function createDelivery(parts: Parts): Delivery {
  const { clock, database, directory, drainMs, leaseMs, log, profile } = parts;
  const resolve = createNameResolver({ servers: parts.dnsServers });
  const sender = createSender(parts.addressRules, profile.timeLimitMs, resolve);
  const recorder = new Recorder({ database, log });
  const notices = new DueNotices({ database, log });
  const courier = new Courier({
    clock,
    database,
    deactivate: parts.deactivate,
    directory,
    log,
    onRetry: (webhookId, atMs) => claimer.note(webhookId, atMs),
    onRoom: (webhookId) => claimer.roomFor(webhookId),
    profile,
    recorder,
    sender,
  });
  const claimer = new Claimer({ clock, courier, database, directory, leaseMs, log });
  const leases = new LeaseKeeper({ clock, courier, database, leaseMs, log });

  function lookAfter(webhookIds: Iterable<string>): void {
    const nowMs = clock.now();
    for (const webhookId of webhookIds) claimer.note(webhookId, nowMs);
  }

  return {
    shortCut: {
      reserve: (webhookId) => courier.tryReserve(webhookId),
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
    start: () => claimer.start(),
    async tryOut({ target, accountId, webhookId, payload }) {
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
      return sender.send(request, profile.timeLimitMs, nowMs);
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
      await notices.stop();
      await sender.stop();
    },
  };
}
