import type { Logger } from 'pino';
import type { ShortCut } from '../accept/short-cut.ts';
import type { AddressRules } from '../addresses/address-rules.ts';
import { createNameResolver } from '../addresses/create-name-resolver.ts';
import type { Descriptors } from '../config/share-descriptors.ts';
import type { Room } from '../config/share-room.ts';
import type { Database } from '../database/database.ts';
import type { Directory } from '../directory/directory.ts';
import { Breakers } from '../gates/breakers.ts';
import { Handshakes } from '../gates/handshakes.ts';
import { isSendable } from '../gates/is-sendable.ts';
import { RateLimiter } from '../gates/rate-limiter.ts';
import { createHttpClient } from '../http-client/create-http-client.ts';
import type { DeliveryMetrics } from '../metrics/delivery-metrics.ts';
import type { Account } from '../model/account.ts';
import type { Clock } from '../model/clock.ts';
import type { EgressProxy } from '../model/egress-proxy.ts';
import { newId } from '../model/ids.ts';
import { PROFILES } from '../model/profiles.ts';
import type { CloudEventRules, Rules, SignatureVersion } from '../model/rules.ts';
import { rulesOf } from '../model/rules-of.ts';
import type { Shards } from '../model/shards.ts';
import { Unavailable } from '../model/unavailable.ts';
import type { Target, Webhook } from '../model/webhook.ts';
import { createHeaderBox } from '../secrets/header-box.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { returnLeases } from '../sql/return-leases.ts';
import type { Traces } from '../traces/traces.ts';
import { Backlogs } from './claim/backlogs.ts';
import { Claimer } from './claim/claimer.ts';
import { DueNotices } from './claim/due-notices.ts';
import { Courier } from './courier/courier.ts';
import { LeaseKeeper } from './courier/lease-keeper.ts';
import { Places } from './courier/places.ts';
import { createReplay, type Replay } from './create-replay.ts';
import { createResends, type Resends } from './create-resends.ts';
import { Exhaustion } from './outcome/exhaustion.ts';
import { Recorder } from './outcome/recorder.ts';
import { createAsk } from './request/create-ask.ts';
import { createSend, type Send } from './request/create-send.ts';
import type { Exchange } from './request/exchange.ts';
import { traceSend } from './request/trace-send.ts';
import { SeenCertificates } from './seen-certificates.ts';

interface Parts {
  readonly addressRules: AddressRules;
  readonly clock: Clock;
  readonly database: Database;
  /** Switches a webhook to inactive because this endpoint of it answered 410 Gone. */
  readonly deactivate: (webhookId: string, endpoint: string) => Promise<void>;
  /** What may be open at once. */
  readonly descriptors: Descriptors;
  readonly directory: Directory;
  /** Name servers to query; empty: the machine's own. */
  readonly dnsServers: readonly string[];
  /** How long stopping waits at least for requests in flight, and for the database. */
  readonly drainMs: number;
  /** What requests go through; undefined: endpoints are dialled directly. */
  readonly egressProxy: EgressProxy | undefined;
  readonly leaseMs: number;
  readonly log: Logger;
  readonly metrics: DeliveryMetrics;
  readonly room: Room;
  readonly secrets: SecretBox;
  /** Of a Citus cluster. */
  readonly shards?: Shards | undefined;
  /** Undefined: nothing is traced. */
  readonly traces?: Traces | undefined;
  /** As what deliveries announce themselves to endpoints that are asked. */
  readonly webhookOrigin: string;
}

/** A test request: it shows what the endpoint answers, and leaves nothing in the trail. */
export interface Trial {
  readonly target: Target;
  readonly accountId: number;
  /** The stored webhook's id, or a new one for a webhook that is not stored. */
  readonly webhookId: string;
  readonly payload: string;
  readonly timeLimitMs: number;
  readonly standardWebhooks: boolean;
  readonly signatures: readonly SignatureVersion[];
  readonly cloudEvents: CloudEventRules | null;
}

/** The delivering side of a node. */
export interface Delivery {
  readonly shortCut: ShortCut;
  /**
   * Starts claiming due work, and not before: whoever stops a node that cannot start has nothing in flight.
   * It never rejects, and needs what `catchUp` loads.
   */
  start(): Promise<void>;
  /** Finishes work in flight and returns the leases of the rest. */
  stop(): Promise<void>;
  /** @throws {Unavailable} if its account has too many test requests in flight. */
  tryOut(trial: Trial): Promise<Exchange>;
  /**
   * Claims for webhooks that may have due work: another node said so, or they were just activated.
   */
  lookAfter(webhookIds: Iterable<string>): void;
  /** Claims for webhooks that have due work, here or on another node that has room. */
  due(webhookIds: Iterable<string>): void;
  /** Claims for a webhook at a time (milliseconds since 1970); in the past, the claim reaches as far back. */
  note(webhookId: string, atMs: number): void;
  /** Forgets what it knows of a webhook that was deleted. */
  forget(webhookId: string): void;
  /** Reloads what other nodes change: at the start, and when notifications may have been missed. */
  catchUp(): Promise<void>;
  readonly replay: Replay;
  /** Sends what is archived of remote accounts. */
  readonly resends: Resends;
  /** Which webhooks have due invocations that wait. */
  readonly backlogs: Backlogs;
  /** The circuit breakers, as this node knows them. */
  readonly breakers: Breakers;
  /** What endpoints answered that are asked before the first delivery. */
  readonly handshakes: Handshakes;
  /** What is taken of this node's room. */
  readonly use: Places['use'];
}

/** How long recording may take after the longest request, with margin for a busy database. */
const RECORD_MS = 3_000;

/** Wires the parts of delivering; each knows the others only by what it is given here. */
export function createDelivery(parts: Parts): Delivery {
  const { clock, database, directory, drainMs, leaseMs, log, metrics } = parts;
  const { requests, kept, lookUps } = parts.descriptors;
  const resolve = createNameResolver({ servers: parts.dnsServers, most: lookUps });
  const certificates = new SeenCertificates({ clock, database, directory, log });
  const client = createHttpClient(
    parts.addressRules,
    resolve,
    requests + kept,
    parts.egressProxy,
    (origin, webhookId, socket) => certificates.note(origin, webhookId, socket),
  );
  if (parts.egressProxy !== undefined) {
    const { host, port } = parts.egressProxy;
    log.info({ proxy_host: host, proxy_port: port }, 'deliveries leave through a proxy');
  }
  const { traces, webhookOrigin: origin } = parts;
  const traced = (send: Send): Send => (traces === undefined ? send : traceSend(send, traces));
  const sendAny = traced(createSend(client, createHeaderBox(parts.secrets).seal));
  const send: Send = (request) =>
    sendAny(request.cloudEvents?.handshake === true ? { ...request, origin } : request);
  const exhaustion = new Exhaustion({ log });
  const recorder = new Recorder({ database, log, metrics, shards: parts.shards, traces });
  const notices = new DueNotices({ database, log });
  const ownRules = (webhookId: string): Rules => {
    const webhook = directory.webhook(webhookId);
    const account = webhook && directory.account(webhook.accountId);
    return account === undefined ? PROFILES.durable : rulesOf(webhook as Webhook, account);
  };
  let started = false;
  /** What is said before the start is due at the start, whose sweep finds it. */
  const note = (webhookId: string, atMs: number): void => {
    if (started) claimer.note(webhookId, atMs);
  };
  const handshakes = new Handshakes({
    ask: createAsk(client, origin, clock),
    clock,
    database,
    log,
    onChange: (webhookId) => note(webhookId, clock.now()),
    origin,
    rulesOf: ownRules,
    webhookOf: (webhookId) => directory.webhook(webhookId),
  });
  const rules = (webhookId: string): Rules => handshakes.capped(webhookId, ownRules(webhookId));
  const breakers = new Breakers({
    database,
    log,
    onChange: (webhookId) => note(webhookId, clock.now()),
    rulesOf: rules,
  });
  const places = new Places({
    accountOf: (webhookId) => directory.webhook(webhookId)?.accountId,
    mostSending: requests,
    onRoom: (webhookId) => claimer.roomFor(webhookId),
    room: parts.room,
  });
  const courier = new Courier({
    breakers,
    clock,
    database,
    deactivate: parts.deactivate,
    directory,
    exhaustion,
    handshakes,
    log,
    metrics,
    onRetry: note,
    places,
    recorder,
    rulesOf: rules,
    send,
  });
  const limiter = new RateLimiter(database);
  const backlogs = new Backlogs();
  const claimer = new Claimer({
    backlogs,
    breakers,
    clock,
    courier,
    database,
    directory,
    exhaustion,
    handshakes,
    leaseMs,
    limiter,
    log,
    metrics,
    places,
    rulesOf: rules,
  });
  const leases = new LeaseKeeper({ clock, courier, database, leaseMs, log });

  function lookAfter(webhookIds: Iterable<string>): void {
    const nowMs = clock.now();
    for (const webhookId of webhookIds) note(webhookId, nowMs);
  }

  /** Work that was written as due, without a lease: for this node, or any that has room. */
  function due(webhookIds: Iterable<string>): void {
    lookAfter(webhookIds);
    notices.add(webhookIds);
  }

  /** Whether accepted work may be sent immediately: no gate holds its webhook back. */
  function isFree(webhookId: string): boolean {
    const webhook = directory.webhook(webhookId);
    if (webhook === undefined) return false;
    const account = directory.account(webhook.accountId);
    if (!isSendable(webhook, account)) return false;
    const own = rulesOf(webhook, account as Account);
    return (
      breakers.broken(webhookId) === undefined &&
      exhaustion.waitMs(webhookId) === 0 &&
      handshakes.held(webhookId, own) === undefined &&
      handshakes.capped(webhookId, own).rateLimit === null
    );
  }

  return {
    backlogs,
    breakers,
    handshakes,
    use: () => places.use(),
    shortCut: {
      // Where nothing fits, the gates need no look: thousands of webhooks may hang.
      reserve: (webhookId) =>
        places.mayReserve(webhookId) && isFree(webhookId) && places.tryReserve(webhookId),
      cancel(webhookIds) {
        for (const webhookId of webhookIds) places.cancel(webhookId, 1);
      },
      deliver(work) {
        for (const leased of work) courier.deliver(leased);
      },
      due,
    },
    lookAfter,
    due,
    note,
    forget(webhookId) {
      breakers.forget(webhookId);
      handshakes.forget(webhookId);
      claimer.forget(webhookId);
    },
    async catchUp() {
      await breakers.reload();
      handshakes.forgetAll();
      await claimer.catchUp();
    },
    start() {
      started = true;
      return claimer.start();
    },
    replay: createReplay({
      clock,
      courier,
      database,
      directory,
      leaseMs,
      limiter,
      lookAfter: due,
      places,
      rulesOf: rules,
    }),
    resends: createResends({
      breakers,
      clock,
      handshakes,
      limiter,
      places,
      rulesOf: rules,
      send,
      sendPlain: traced(createSend(client, (value) => value)),
    }),
    async tryOut(trial) {
      const { accountId } = trial;
      if (!places.tryBeginTrial(accountId)) {
        throw new Unavailable('this node has no room for another test request of this account', 1);
      }
      try {
        const nowMs = clock.now();
        const invocationId = newId(nowMs);
        const exchange = await send({ ...trial, invocationId, nowMs, isTrial: true });
        // It says nothing about the endpoint. A test is not on the record, so only the second one shows.
        if (exchange.fault !== 'stale connection') return exchange;
        const again = { nowMs: clock.now(), newConnection: true, isTrial: true, resendCount: 1 };
        return await send({ ...trial, invocationId, ...again });
      } finally {
        places.endTrial(accountId);
      }
    },
    async stop() {
      await claimer.stop();
      const unsent = await courier.stopSending();
      if (unsent.length > 0) {
        // A lease that cannot be returned expires: its work is late, but not lost.
        await database
          .run(returnLeases, unsent)
          .catch((error: unknown) =>
            log.warn(
              { err: error },
              'could not return the leases of unsent work; they will expire',
            ),
          );
      }
      // No other node can finish requests in flight: wait for the longest, by its webhook's rules.
      const deadline = AbortSignal.timeout(Math.max(drainMs, courier.longestMs() + RECORD_MS));
      deadline.addEventListener('abort', () => recorder.giveUpWaiting(), { once: true });
      await courier.finished(deadline);
      await leases.stop();
      await breakers.stop();
      await handshakes.stop();
      await notices.stop();
      client.stop();
      await certificates.stop();
    },
  };
}
