import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database, Runner } from '../database/database.ts';
import type { Directory } from '../directory/directory.ts';
import type { AcceptMetrics } from '../metrics/accept-metrics.ts';
import { groupBy } from '../model/group-by.ts';
import { idTimeMs } from '../model/ids.ts';
import { laneOfAccount } from '../model/lane-of-account.ts';
import { laneOf } from '../model/lanes.ts';
import type { Leased } from '../model/leased.ts';
import { SETTLED_MS } from '../model/settled-ms.ts';
import type { Shards } from '../model/shards.ts';
import type { SkippedWebhooks } from '../model/skipped.ts';
import { Unavailable } from '../model/unavailable.ts';
import {
  type EventRow,
  type Inserted,
  type InvocationRow,
  insertEvents,
  insertKeyedEvents,
  type KeyedEvent,
} from '../sql/insert-events.ts';
import { insertKeyBatches } from '../sql/insert-key-batches.ts';
import type { KeyBatches } from '../sql/parts/key-batches.ts';
import { type IdempotencyKey, readIdempotencyKeys } from '../sql/read-idempotency-keys.ts';
import type { Accepted, Idempotency } from './acceptor.ts';
import { IdempotencyConflict } from './idempotency-conflict.ts';
import { keyBatches } from './key-batches.ts';
import { laneOfKey } from './lane-of-key.ts';
import { MOST_LISTED } from './most-listed.ts';
import type { ShortCut } from './short-cut.ts';

/** An invocation before its write, which decides whether it is leased to this node. */
type NewInvocation = Omit<InvocationRow, 'leased'> & { leased: boolean };

/** One event and the invocations it fans out to. */
export interface Submission {
  /** The version of the account's directory that matched it. */
  readonly version: number;
  /** The publisher's id of the event, or a generated one. */
  readonly publicId: string;
  readonly event: EventRow;
  readonly invocations: readonly NewInvocation[];
  /** Matching webhooks that do not get it; no reason without a webhook. */
  readonly skipped: readonly SkippedWebhooks[];
  readonly idempotency: Idempotency | undefined;
  /** What the event is found by. */
  readonly keyHashes: readonly number[];
  /** Whether requests that are sent at once belong to the trace that it was published in. */
  readonly continuesTrace?: boolean | undefined;
}

/** Makes the answer to a publisher, late: thousands of submissions may wait without one. */
export function answerTo({ publicId, invocations, skipped }: Submission): Accepted {
  const event = { id: publicId };
  const skippedCount = countSkipped({ skipped });
  if (invocations.length + skippedCount > MOST_LISTED) {
    const counts = { invocations_count: invocations.length, skipped_count: skippedCount };
    return { event, invocations: [], skipped: [], ...counts };
  }
  return {
    event,
    invocations: invocations.map(({ id, webhookId }) => ({ id, webhook_id: webhookId })),
    skipped: skipped.flatMap(({ reason, webhookIds }) =>
      webhookIds.map((webhookId) => ({ webhook_id: webhookId, reason })),
    ),
  };
}

/** The lanes of all that one is written to, but for what it is found by. */
function submissionLanes({ event, idempotency, invocations }: Submission): number[] {
  const lanes = invocations.map(({ lane }) => lane);
  lanes.push(laneOf(event.id));
  if (idempotency !== undefined) lanes.push(laneOfKey(event.accountId, idempotency.key));
  return lanes;
}

/**
 * The shard that one is written to, on a Citus cluster, and that of the keys which are written first, where it is
 * another: a machine that is down fails the events of accounts that have their keys there, and of no others.
 */
export function shardOfSubmission(
  submission: Submission,
  shards: Shards,
): number | string | undefined {
  const shard = shards.of(submissionLanes(submission));
  if (shard === undefined || submission.keyHashes.length === 0) return shard;
  const ofKeys = shards.of([laneOfAccount(submission.event.accountId)]);
  return ofKeys === shard ? shard : `${shard} ${ofKeys}`;
}

interface Parts {
  readonly database: Database;
  readonly directory: Pick<Directory, 'version'>;
  readonly shortCut: ShortCut;
  /** Of a Citus cluster. */
  readonly shards?: Shards | undefined;
  readonly leaseMs: number;
  readonly metrics?: AcceptMetrics | undefined;
  /** Hears of what is to be sorted into the index of keys. */
  readonly onKeys?: ((lane: number, entries: number) => void) | undefined;
}

/** Places for more invocations are reserved in a turn of their own: 5,000 take a few milliseconds. */
const MOST_IN_A_TURN = 1_000;

/** Characters. Longer bodies do not wait in memory; the courier reads them before sending. */
const MAX_WAITING_BODY = 8 * 1024;

/** The result for an event that was not written: a webhook of its account changed after its match. */
export const STALE = Symbol('matched by an old version of the directory');

/** A result concerns one submission only, not the others of its group. */
export type SubmissionResult = Accepted | IdempotencyConflict | Unavailable | typeof STALE;

/**
 * Writes a group in one statement. An event whose key was used before is not written: its publisher
 * gets the first answer, or a conflict if the body differs. Nor is an event that was matched by an
 * old version of its account's directory: it is `STALE`, and the rest of the group is written. One that
 * has waited so long that search may count on its time being over is refused, as certainly unwritten.
 */
export async function writeSubmissions(
  submissions: readonly Submission[],
  parts: Parts,
): Promise<readonly SubmissionResult[]> {
  const { directory } = parts;
  const versions = new Map<number, number>();
  const stale = new Set<number>();
  const isStale = ({ event, version }: Submission): boolean =>
    stale.has(event.accountId) || versions.get(event.accountId) !== version;
  for (const { event } of submissions) {
    versions.set(event.accountId, directory.version(event.accountId));
  }
  // Of two submissions with one key in a group, the first gets it; the second is answered after the
  // commit, as if it arrived later.
  const keys = new Map<string, KeyedEvent>();
  const first: Submission[] = [];
  const repeated = new Set<Submission>();
  for (const submission of submissions) {
    // This node itself has learned of a change while the submission waited.
    if (isStale(submission)) continue;
    const { event, idempotency } = submission;
    const name = idempotency && nameOf(event.accountId, idempotency.key);
    if (name !== undefined && keys.has(name)) {
      repeated.add(submission);
      continue;
    }
    if (name !== undefined) keys.set(name, keyedEvent(submission, idempotency as Idempotency));
    first.push(submission);
  }

  const { lateBeforeMs, staleAccounts, usedBefore } = await write(
    first,
    [...keys.values()],
    versions,
    parts,
  );
  if (lateBeforeMs !== undefined) return withoutLate(submissions, lateBeforeMs, parts);
  for (const accountId of staleAccounts) stale.add(accountId);

  for (const submission of first) {
    if (usedBefore.has(submission.event.id)) repeated.add(submission);
  }
  for (const submission of repeated) if (isStale(submission)) repeated.delete(submission);
  if (repeated.size === 0) {
    return submissions.map((submission) => (isStale(submission) ? STALE : answerTo(submission)));
  }
  const answers = await firstAnswers([...repeated], parts.database).catch((error: unknown) => {
    // The rest of the group is committed: throwing here would write it again.
    const message = 'the answer to the first publish with this key could not be read';
    const unknown = new Unavailable(message, 1, { cause: error });
    return new Map([...repeated].map((submission) => [submission, unknown]));
  });
  const again = [...answers.values()].filter((answer) => !(answer instanceof Error));
  parts.metrics?.refused('repeated', again.length);
  return submissions.map((submission) => {
    if (isStale(submission)) return STALE;
    if (!repeated.has(submission)) return answerTo(submission);
    return answers.get(submission) as SubmissionResult;
  });
}

/** Refuses what is too old, and writes the rest. */
async function withoutLate(
  submissions: readonly Submission[],
  beforeMs: number,
  parts: Parts,
): Promise<readonly SubmissionResult[]> {
  const isLate = ({ event }: Submission) => idTimeMs(event.id) < beforeMs;
  const written = await writeSubmissions(
    submissions.filter((submission) => !isLate(submission)),
    parts,
  );
  const results = written.values();
  return submissions.map((submission) =>
    isLate(submission)
      ? new Unavailable('the event waited too long for the database, and is not accepted')
      : (results.next().value as SubmissionResult),
  );
}

/** What was not written, and why. */
interface Unwritten {
  /** Nothing was, because what was created before is too old. */
  readonly lateBeforeMs?: number | undefined;
  /** The ids of the events whose keys were used before. */
  readonly usedBefore: ReadonlySet<string>;
  /** The accounts whose events were matched by an old version of the directory. */
  readonly staleAccounts: ReadonlySet<number>;
}

/** Inserts the submissions, with as many invocations leased to this node as it has room for. */
async function write(
  submissions: readonly Submission[],
  keys: readonly KeyedEvent[],
  versions: ReadonlyMap<number, number>,
  { database, shards, shortCut, leaseMs, metrics, onKeys }: Parts,
): Promise<Unwritten> {
  if (submissions.length === 0) return { usedBefore: new Set(), staleAccounts: new Set() };
  const invocations = submissions.flatMap((submission) => submission.invocations);
  for (const invocation of invocations) invocation.leased = shortCut.reserve(invocation.webhookId);
  const isOfOneShard = shards?.of(submissions.flatMap(submissionLanes)) !== undefined;
  const batches = keyBatches(
    submissions.map(({ event: { accountId, id }, keyHashes }) => ({
      accountId,
      eventId: id,
      hashes: keyHashes,
    })),
  );
  const params = {
    versions: [...versions].map(([accountId, version]) => ({ accountId, version })),
    events: submissions.map((submission) => submission.event),
    invocations,
    leaseMs,
    mostAgeMs: SETTLED_MS,
    ...(!isOfOneShard && { keyBatches: batches }),
  };
  let leasedUntilMs: number;
  let staleAccounts: ReadonlySet<number>;
  let lateBeforeMs: number | undefined;
  const usedBefore = new Set<string>();
  try {
    // Making the parameters takes as long again.
    if (invocations.length > MOST_IN_A_TURN) await nextTurn();
    if (shards !== undefined && isOfOneShard) {
      await insertKeysFirst(batches, shards, database);
    }
    if (keys.length === 0) {
      const row = (await database.run(insertEvents, params))[0] as Inserted;
      leasedUntilMs = row.leased_until.getTime();
      staleAccounts = new Set(row.stale);
      lateBeforeMs = row.late_before?.getTime();
    } else {
      const rows = await database.run(insertKeyedEvents, { ...params, keys });
      const row = rows[0] as Inserted;
      leasedUntilMs = row.leased_until.getTime();
      staleAccounts = new Set(row.stale);
      lateBeforeMs = row.late_before?.getTime();
      for (const { repeated } of rows) if (repeated !== null) usedBefore.add(repeated);
    }
  } catch (error) {
    shortCut.cancel(webhooksOf(invocations, true));
    throw error;
  }
  if (lateBeforeMs !== undefined) {
    shortCut.cancel(webhooksOf(invocations, true));
    return { usedBefore, staleAccounts, lateBeforeMs };
  }
  for (const { lane, from, to } of batches.rows) onKeys?.(lane, to - from + 1);
  if (usedBefore.size === 0 && staleAccounts.size === 0) deliver(submissions);
  else {
    const isWritten = ({ event }: Submission) =>
      !usedBefore.has(event.id) && !staleAccounts.has(event.accountId);
    const unwritten = submissions.filter((submission) => !isWritten(submission));
    const unused = unwritten.flatMap((submission) => submission.invocations);
    shortCut.cancel(webhooksOf(unused, true));
    deliver(submissions.filter(isWritten));
  }
  return { usedBefore, staleAccounts };

  function deliver(written: readonly Submission[]): void {
    metrics?.accepted(written.length, sum(written, countInvocations), sum(written, countSkipped));
    shortCut.deliver(leasedWork(written, leasedUntilMs));
    const due = webhooksOf(
      written.flatMap(({ invocations }) => invocations),
      false,
    );
    if (due.length > 0) shortCut.due(new Set(due));
  }
}

/**
 * Writes what events are found by before them, shard by shard: it is in the lanes of accounts. What it says of
 * an event that is then not written finds nothing.
 */
async function insertKeysFirst(
  { events, hashes, rows }: KeyBatches,
  shards: Shards,
  database: Database,
): Promise<void> {
  const ofShards = groupBy(rows, ({ lane }) => shards.of([lane]));
  await Promise.all(
    [...ofShards.values()].map((some) =>
      database.run(insertKeyBatches, { keyBatches: { events, hashes, rows: some } }),
    ),
  );
}

const countInvocations = ({ invocations }: Submission) => invocations.length;

function countSkipped({ skipped }: Pick<Submission, 'skipped'>): number {
  let count = 0;
  for (const { webhookIds } of skipped) count += webhookIds.length;
  return count;
}

function sum(submissions: readonly Submission[], of: (one: Submission) => number): number {
  let all = 0;
  for (const one of submissions) all += of(one);
  return all;
}

/** Returns the webhook of each invocation that is leased, or of each that is not. */
function webhooksOf(invocations: readonly NewInvocation[], areLeased: boolean): string[] {
  return invocations.filter(({ leased }) => leased === areLeased).map(({ webhookId }) => webhookId);
}

function leasedWork(submissions: readonly Submission[], leasedUntilMs: number): Leased[] {
  const work: Leased[] = [];
  for (const submission of submissions) {
    const { continuesTrace, event } = submission;
    const { body, traceContext } = event;
    for (const { id, lane, webhookId, eventId, eventType, leased } of submission.invocations) {
      if (!leased) continue;
      work.push({
        id,
        lane,
        webhookId,
        eventId,
        eventType,
        attemptsCount: 0,
        manualCount: 0,
        manual: false,
        probe: false,
        suspicion: 'none',
        permitted: false,
        leasedUntilMs,
        body: body.length <= MAX_WAITING_BODY ? body : undefined,
        traceContext,
        continuesTrace,
      });
    }
  }
  return work;
}

async function firstAnswers(
  repeated: readonly Submission[],
  runner: Runner,
): Promise<Map<Submission, SubmissionResult>> {
  const keys = new Map<string, IdempotencyKey>();
  for (const { event, idempotency } of repeated) {
    const key = keyOf(event.accountId, (idempotency as Idempotency).key);
    keys.set(nameOf(key.accountId, key.key), key);
  }
  const found = await runner.run(readIdempotencyKeys, [...keys.values()]);
  const first = new Map(found.map((row) => [nameOf(row.account_id, row.key), row]));
  return new Map(
    repeated.map((submission): [Submission, SubmissionResult] => {
      const { key, fingerprint } = submission.idempotency as Idempotency;
      const row = first.get(nameOf(submission.event.accountId, key));
      if (row === undefined || !row.fingerprint.equals(fingerprint)) {
        return [submission, new IdempotencyConflict(key)];
      }
      return [submission, JSON.parse(row.answer) as Accepted];
    }),
  );
}

function keyedEvent(
  submission: Submission,
  { fingerprint, key, received }: Idempotency,
): KeyedEvent {
  const { id, accountId } = submission.event;
  const answer = JSON.stringify({
    ...answerTo(submission),
    ...(received && {
      received: { webhook_id: received.webhookId, event_id: submission.publicId },
    }),
  });
  return { ...keyOf(accountId, key), fingerprint, answer, eventId: id };
}

function keyOf(accountId: number, key: string): IdempotencyKey {
  return { lane: laneOfKey(accountId, key), accountId, key };
}

function nameOf(accountId: number, key: string): string {
  return `${accountId} ${key}`;
}
