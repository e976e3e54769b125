import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Room } from '../config/share-room.ts';
import type { Database } from '../database/database.ts';
import { ShardedCommits } from '../database/sharded-commits.ts';
import type { Directory } from '../directory/directory.ts';
import type { AcceptMetrics } from '../metrics/accept-metrics.ts';
import type { Clock } from '../model/clock.ts';
import { createPause } from '../model/create-pause.ts';
import { newId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import type { Shards } from '../model/shards.ts';
import type { SkippedWebhooks } from '../model/skipped.ts';
import { traceContextOf } from '../model/trace-context.ts';
import { Unavailable } from '../model/unavailable.ts';
import type { Webhook } from '../model/webhook.ts';
import type { ShareUse } from '../shares/share-use.ts';
import type { Traces } from '../traces/traces.ts';
import type { Accepted, Acceptor, Idempotency, NewEvent, Publication } from './acceptor.ts';
import { captureAgain } from './capture-again.ts';
import { compileKeys } from './compile-keys.ts';
import { idOnShard } from './id-on-shard.ts';
import { IdempotencyConflict } from './idempotency-conflict.ts';
import type { ShortCut } from './short-cut.ts';
import { skippedText } from './skipped-text.ts';
import { withReceived } from './with-received.ts';
import {
  STALE,
  type Submission,
  type SubmissionResult,
  shardOfSubmission,
  writeSubmissions,
} from './write-submissions.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
  readonly directory: Directory;
  readonly shortCut: ShortCut;
  /** Of a Citus cluster: events of one shard are written together. */
  readonly shards?: Shards | undefined;
  /** The length of a lease, in milliseconds. */
  readonly leaseMs: number;
  readonly metrics?: AcceptMetrics | undefined;
  /** Hears of what is to be sorted into the index of keys. */
  readonly onKeys?: (lane: number, entries: number) => void;
  readonly traces?: Traces | undefined;
  /** Beyond its share (`shareLeft`) of what may wait, an account's publishers get 503. */
  readonly room: Pick<Room, 'waitingBytes' | 'waitingEvents'>;
}

/** An acceptor that can stop: it then refuses new events and writes those it already took. */
export interface StoppableAcceptor extends Acceptor {
  stop(): Promise<void>;
  /** What is taken of the room for events that wait to be written, and for their bytes. */
  use(): { readonly items: ShareUse; readonly bytes: ShareUse };
}

/**
 * What one invocation counts for: it takes some 200 bytes of memory, and PostgreSQL as long as 500
 * bytes of a body. So a statement has at most 4,000 of them, unless one event has more.
 */
const INVOCATION_BYTES = 500;

/** An account with more than this waiting is written by itself: some 130 invocations. */
const LIGHT_BYTES = 64 * 1024;

/** The same in events, each of which costs PostgreSQL some 30 µs. */
const LIGHT_ITEMS = 24;

/**
 * A batch with more invocations is written in pieces. The next piece is made when the one before the
 * last is committed: a batch of a thousand events for thousands of webhooks each is never in memory as
 * a whole, and does not stop the node for the seconds that making it takes.
 */
const PIECE_INVOCATIONS = 2_000;

/**
 * How often an event is matched. Each further match means that a change of the account was committed
 * in the milliseconds between reading the directory and writing the event.
 */
const MAX_MATCHES = 20;

function sizeOf({ event, invocations }: Submission): number {
  const skipped = event.skipped?.length ?? 0;
  return event.body.length + skipped + INVOCATION_BYTES * invocations.length;
}

/** Matches events to webhooks, fans out, and commits in groups. */
export function createAcceptor(parts: Parts): StoppableAcceptor {
  const { clock, directory, metrics, shards, traces } = parts;
  const write = (submissions: readonly Submission[]) => writeSubmissions(submissions, parts);
  let stopped = false;
  const commits = new ShardedCommits<Submission, SubmissionResult>({
    shardOf: shards && ((submission) => shardOfSubmission(submission, shards)),
    write:
      traces === undefined
        ? write
        : (all) => traces.together('write events', placesOf(all), () => write(all)),
    sizeOf,
    onGroup: (events) => parts.metrics?.group(events),
    maxItems: 1_000,
    maxBytes: 2 * 1024 * 1024,
    // One account has three of them.
    writers: 4,
    eagerItems: 12,
    lightBytes: LIGHT_BYTES,
    lightItems: LIGHT_ITEMS,
    yields: true,
    mostItems: parts.room.waitingEvents,
    mostBytes: parts.room.waitingBytes,
  });

  /** Returns the reason to refuse submissions of an account, if any. */
  function refusal(accountId: number, items: number, bytes: number): Unavailable | undefined {
    if (stopped) return new Unavailable('this node is stopping', 2);
    if (commits.hasRoom(accountId, items, bytes)) return undefined;
    return new Unavailable('too many events of this account are waiting to be written');
  }

  /** Makes a submission and writes it, and measures it. */
  async function submit(match: () => Submission): Promise<Accepted> {
    const startedMs = performance.now();
    // A request that is wrong fails here, and is no event that was refused.
    const first = match();
    try {
      return await submitCurrent(first, match);
    } catch (error) {
      metrics?.refused(refusedBy(error), 1);
      throw error;
    } finally {
      metrics?.took(performance.now() - startedMs);
    }
  }

  /** Makes a submission and writes it, again as long as it is matched by an old version. */
  async function submitCurrent(first: Submission, match: () => Submission): Promise<Accepted> {
    let matched = first;
    for (let matches = 1; ; matches++) {
      const refused = refusal(matched.event.accountId, 1, sizeOf(matched));
      if (refused !== undefined) throw refused;
      const result = await commits.add(matched, matched.event.accountId);
      if (result instanceof Error) throw result;
      if (result !== STALE) return result;
      await catchUp(matched, matches);
      matched = match();
    }
  }

  /** Writes submissions of publications; matches again those that were matched by an old version. */
  async function writeAll(
    accountId: number,
    publications: readonly Publication[],
    submissions: readonly Submission[],
  ): Promise<(Accepted | Error)[]> {
    const taken = [...submissions];
    const pause = createPause();
    const results: (SubmissionResult | Error)[] = await commits.addAll(taken, accountId);
    for (let matches = 1; ; matches++) {
      const places = [...results.keys()].filter((place) => results[place] === STALE);
      const [first] = places;
      if (first === undefined) return results as (Accepted | Error)[];
      try {
        await catchUp(taken[first] as Submission, matches);
      } catch (error) {
        for (const place of places) results[place] = error as Error;
        return results as (Accepted | Error)[];
      }
      const again: Submission[] = [];
      for (const place of places) {
        again.push(matched(accountId, publications[place] as Publication));
        await pause();
      }
      const written = await commits.addAll(again, accountId);
      places.forEach((place, index) => {
        taken[place] = again[index] as Submission;
        results[place] = written[index] as SubmissionResult | Error;
      });
    }
  }

  /** Brings the account of a stale submission up to date. */
  async function catchUp({ event, version }: Submission, matches: number): Promise<void> {
    if (matches >= MAX_MATCHES) throw changesTooFast();
    if (directory.version(event.accountId) !== version) return; // it is known already
    await directory.refreshAccount(event.accountId);
  }

  function newEventId(webhooks: readonly Webhook[], nowMs: number): string {
    if (shards === undefined) return newId(nowMs);
    return idOnShard(shards, webhooks, () => newId(nowMs));
  }

  function submission(
    accountId: number,
    event: NewEvent,
    webhooks: readonly Webhook[],
    idempotency: Idempotency | undefined,
  ): Submission {
    const nowMs = clock.now();
    const eventId = event.ownId ? newEventId(webhooks, nowMs) : event.id;
    const invocations = [];
    const inactive = [];
    for (const webhook of webhooks) {
      if (webhook.status === 'active') {
        invocations.push({
          id: newId(nowMs),
          lane: laneOf(webhook.id),
          webhookId: webhook.id,
          eventId,
          eventType: event.type,
          leased: false,
        });
      } else {
        inactive.push(webhook.id);
      }
    }
    const keys = compileKeys(directory.account(accountId));
    const captured =
      event.captured?.keys === keys
        ? event.captured
        : captureAgain(keys, event.body, event.headers);
    const skipped: readonly SkippedWebhooks[] =
      inactive.length > 0 ? [{ reason: 'inactive', webhookIds: inactive }] : [];
    return {
      version: directory.version(accountId),
      publicId: event.id,
      event: {
        id: eventId,
        accountId,
        type: event.type,
        body: event.body,
        ownId: event.ownId ? event.id : undefined,
        // No other id is made between those of the loop, and each is the one before plus one.
        invocationsFrom: invocations[0]?.id,
        invocationsCount: invocations.length,
        skipped: skippedText(skipped),
        keyHeaders: withReceived(captured.headers, event.received),
        traceContext: event.trace?.context ?? traceContextOf(event.headers),
      },
      invocations,
      skipped,
      idempotency,
      keyHashes: captured.hashes,
      continuesTrace: event.trace?.ofOne,
    };
  }

  const matched = (accountId: number, { event, idempotency }: Publication): Submission =>
    submission(accountId, event, directory.subscribers(accountId, event.type), idempotency);

  return {
    ...(shards !== undefined && {
      eventId: (accountId: number, type: string) =>
        newEventId(directory.subscribers(accountId, type), clock.now()),
    }),

    publish: (accountId, event, idempotency) =>
      submit(() => matched(accountId, { event, idempotency })),

    async publishAll(accountId, publications) {
      const startedMs = performance.now();
      const results: (Accepted | Error)[] = [];
      const pause = createPause();
      let writing: Promise<(Accepted | Error)[]> | undefined;
      let refused: Unavailable | undefined;
      let at = 0;
      while (at < publications.length && refused === undefined) {
        const piece: Submission[] = [];
        const first = at;
        let bytes = 0;
        let invocations = 0;
        let paused: Promise<void> | undefined;
        while (at < publications.length && invocations < PIECE_INVOCATIONS) {
          const one = matched(accountId, publications[at] as Publication);
          refused = refusal(accountId, piece.length + 1, bytes + sizeOf(one));
          if (refused !== undefined) break;
          piece.push(one);
          at++;
          bytes += sizeOf(one);
          invocations += one.invocations.length;
          // The piece ends where the work pauses: what waits is counted before others are asked.
          paused = pause();
          if (paused !== undefined) break;
        }
        const previous = writing;
        writing = writeAll(accountId, publications.slice(first, at), piece);
        await paused;
        if (previous !== undefined) results.push(...(await previous));
        else if (at < publications.length && paused === undefined) await nextTurn();
      }
      if (writing !== undefined) results.push(...(await writing));
      while (refused !== undefined && results.length < publications.length) results.push(refused);
      metrics?.took(performance.now() - startedMs);
      for (const result of results) {
        if (result instanceof Error) metrics?.refused(refusedBy(result), 1);
      }
      return results;
    },

    async invoke(prepare) {
      const { invocations: made } = await submit(() => {
        const { webhook, body, headers, event, idempotency, trace } = prepare();
        const direct = {
          id: event?.id ?? newEventId([webhook], clock.now()),
          ownId: event !== undefined,
          type: event?.type ?? (webhook.subscriptions[0] as string),
        };
        const invoked = { ...direct, body, headers, trace };
        return submission(webhook.accountId, invoked, [webhook], idempotency);
      });
      return (made[0] as Accepted['invocations'][number]).id;
    },

    use: () => commits.use(),

    async stop() {
      stopped = true;
      await commits.drained();
    },
  };
}

const placesOf = (submissions: readonly Submission[]) =>
  submissions.map(({ event }) => event.traceContext);

/** What an event that was not accepted counts as. */
function refusedBy(error: unknown): 'conflict' | 'unavailable' | 'error' {
  if (error instanceof IdempotencyConflict) return 'conflict';
  return error instanceof Unavailable ? 'unavailable' : 'error';
}

function changesTooFast(): Unavailable {
  return new Unavailable('the webhooks of this account change too fast to match an event');
}
