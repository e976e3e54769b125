import type { Database, Runner } from '../database/database.ts';
import type { Leased } from '../model/leased.ts';
import { Unavailable } from '../model/unavailable.ts';
import {
  type EventRow,
  type InvocationRow,
  insertEvents,
  insertKeyedEvents,
  type KeyedEvent,
} from '../sql/insert-events.ts';
import { type IdempotencyKey, readIdempotencyKeys } from '../sql/read-idempotency-keys.ts';
import type { Accepted, Idempotency } from './acceptor.ts';
import { IdempotencyConflict } from './idempotency-conflict.ts';
import { laneOfKey } from './lane-of-key.ts';
import type { ShortCut } from './short-cut.ts';

/** An invocation before its write, which decides whether it is leased to this node. */
type NewInvocation = Omit<InvocationRow, 'leased'> & { leased: boolean };

/** One event and the invocations it fans out to. */
export interface Submission {
  /** The publisher's id of the event, or a generated one. */
  readonly publicId: string;
  readonly event: EventRow;
  readonly invocations: readonly NewInvocation[];
  /** The ids of matching webhooks that are inactive. */
  readonly skipped: readonly string[];
  readonly idempotency: Idempotency | undefined;
}

/** Makes the answer to a publisher, late: thousands of submissions may wait without one. */
export function answerTo({ publicId, invocations, skipped }: Submission): Accepted {
  return {
    event: { id: publicId },
    invocations: invocations.map(({ id, webhookId }) => ({ id, webhook_id: webhookId })),
    skipped: skipped.map((webhookId) => ({ webhook_id: webhookId, reason: 'inactive' })),
  };
}

interface Parts {
  readonly database: Database;
  readonly shortCut: ShortCut;
  readonly leaseMs: number;
}

/** Characters. Longer bodies do not wait in memory; the courier reads them before sending. */
const MAX_WAITING_BODY = 8 * 1024;

/** An error concerns one submission only, not the others of its group. */
export type SubmissionResult = Accepted | IdempotencyConflict | Unavailable;

/**
 * Writes a group in one statement. An event whose key was used before is not written: its publisher
 * gets the first answer, or a conflict if the body differs.
 */
export async function writeSubmissions(
  submissions: readonly Submission[],
  parts: Parts,
): Promise<readonly SubmissionResult[]> {
  // Of two submissions with one key in a group, the first gets it; the second is answered after the
  // commit, as if it arrived later.
  const keys = new Map<string, KeyedEvent>();
  const first: Submission[] = [];
  const repeated = new Set<Submission>();
  for (const submission of submissions) {
    const { event, idempotency } = submission;
    const name = idempotency && nameOf(event.accountId, idempotency.key);
    if (name !== undefined && keys.has(name)) {
      repeated.add(submission);
      continue;
    }
    if (name !== undefined) keys.set(name, keyedEvent(submission, idempotency as Idempotency));
    first.push(submission);
  }

  const usedBefore = await write(first, [...keys.values()], parts);
  if (usedBefore.size === 0 && repeated.size === 0) return submissions.map(answerTo);

  for (const submission of first) {
    if (usedBefore.has(submission.event.id)) repeated.add(submission);
  }
  const answers = await firstAnswers([...repeated], parts.database).catch((error: unknown) => {
    // The rest of the group is committed: throwing here would write it again.
    const message = 'the answer to the first publish with this key could not be read';
    const unknown = new Unavailable(message, 1, { cause: error });
    return new Map([...repeated].map((submission) => [submission, unknown]));
  });
  return submissions.map((submission) =>
    repeated.has(submission) ? (answers.get(submission) as SubmissionResult) : answerTo(submission),
  );
}

/**
 * Inserts the submissions, with as many invocations leased to this node as it has room for. Returns
 * the ids of the events that were not written because their keys were used before.
 */
async function write(
  submissions: readonly Submission[],
  keys: readonly KeyedEvent[],
  { database, shortCut, leaseMs }: Parts,
): Promise<ReadonlySet<string>> {
  const invocations = submissions.flatMap((submission) => submission.invocations);
  for (const invocation of invocations) invocation.leased = shortCut.reserve(invocation.webhookId);
  const params = {
    events: submissions.map((submission) => submission.event),
    invocations,
    leaseMs,
  };
  let leasedUntilMs: number;
  const usedBefore = new Set<string>();
  try {
    if (keys.length === 0) {
      const [row] = await database.run(insertEvents, params);
      leasedUntilMs = (row as { leased_until: Date }).leased_until.getTime();
    } else {
      const rows = await database.run(insertKeyedEvents, { ...params, keys });
      leasedUntilMs = (rows[0] as { leased_until: Date }).leased_until.getTime();
      for (const { repeated } of rows) if (repeated !== null) usedBefore.add(repeated);
    }
  } catch (error) {
    shortCut.cancel(webhooksOf(invocations, true));
    throw error;
  }
  if (usedBefore.size === 0) deliver(submissions);
  else {
    const unused = invocations.filter(({ eventId }) => usedBefore.has(eventId));
    shortCut.cancel(webhooksOf(unused, true));
    deliver(submissions.filter(({ event }) => !usedBefore.has(event.id)));
  }
  return usedBefore;

  function deliver(written: readonly Submission[]): void {
    shortCut.deliver(leasedWork(written, leasedUntilMs));
    const due = webhooksOf(
      written.flatMap(({ invocations }) => invocations),
      false,
    );
    if (due.length > 0) shortCut.due(new Set(due));
  }
}

/** Returns the webhook of each invocation that is leased, or of each that is not. */
function webhooksOf(invocations: readonly NewInvocation[], areLeased: boolean): string[] {
  return invocations.filter(({ leased }) => leased === areLeased).map(({ webhookId }) => webhookId);
}

function leasedWork(submissions: readonly Submission[], leasedUntilMs: number): Leased[] {
  const work: Leased[] = [];
  for (const submission of submissions) {
    const { body } = submission.event;
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
        permitted: false,
        leasedUntilMs,
        body: body.length <= MAX_WAITING_BODY ? body : undefined,
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

function keyedEvent(submission: Submission, { key, fingerprint }: Idempotency): KeyedEvent {
  const { id, accountId } = submission.event;
  const answer = JSON.stringify(answerTo(submission));
  return { ...keyOf(accountId, key), fingerprint, answer, eventId: id };
}

function keyOf(accountId: number, key: string): IdempotencyKey {
  return { lane: laneOfKey(accountId, key), accountId, key };
}

function nameOf(accountId: number, key: string): string {
  return `${accountId} ${key}`;
}
