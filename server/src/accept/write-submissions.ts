import type { Clock } from '../clock.ts';
import type { Database, Runner } from '../database/database.ts';
import { claimIdempotencyKeys, type IdempotencyRow } from '../sql/claim-idempotency-keys.ts';
import { type EventRow, type InvocationRow, insertEvents } from '../sql/insert-events.ts';
import { readIdempotencyKeys } from '../sql/read-idempotency-keys.ts';
import { Unavailable } from '../unavailable.ts';
import type { Accepted, Idempotency } from './acceptor.ts';
import { IdempotencyConflict } from './idempotency-conflict.ts';
import { laneOfKey } from './lane-of-key.ts';
import type { Leased, ShortCut } from './short-cut.ts';

/** An invocation that is to be written. Whether it is leased to this node shows when it is. */
type NewInvocation = Omit<InvocationRow, 'leased'> & { leased: boolean };

/** One event and what it fans out to. */
export interface Submission {
  /** The publisher's id of the event, or the one that was made for it. */
  readonly publicId: string;
  readonly event: EventRow;
  readonly invocations: readonly NewInvocation[];
  /** The inactive webhooks that would have got it. */
  readonly skipped: readonly string[];
  readonly idempotency: Idempotency | undefined;
}

/** The answer to a publisher, which is not made before it is needed: most of them wait for a commit. */
export function answerTo({ publicId, invocations, skipped }: Submission): Accepted {
  return {
    event: { id: publicId },
    invocations: invocations.map(({ id, webhookId }) => ({ id, webhook_id: webhookId })),
    skipped: skipped.map((webhookId) => ({ webhook_id: webhookId, reason: 'inactive' })),
  };
}

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
  readonly shortCut: ShortCut;
  readonly leaseMs: number;
}

/** Bodies up to this many characters wait in memory; longer ones are read again before sending. */
const MAX_WAITING_BODY = 8 * 1024;

/** An error is the result of one submission; the others of its group have theirs. */
export type SubmissionResult = Accepted | IdempotencyConflict | Unavailable;

/**
 * Writes a group in one transaction. Keys are taken first; the events whose keys were used before
 * are left out, and their publishers get the first answer, or a conflict if the body differs.
 */
export async function writeSubmissions(
  submissions: readonly Submission[],
  parts: Parts,
): Promise<readonly SubmissionResult[]> {
  if (submissions.every((submission) => submission.idempotency === undefined)) {
    const places = await place(submissions, parts.database, parts);
    places.deliver();
    return submissions.map(answerTo);
  }

  // Of two with the same key in one group the first takes it; the second is answered after the
  // commit like one that came later.
  const rows = new Map<string, { row: IdempotencyRow; submission: Submission }>();
  for (const submission of submissions) {
    if (submission.idempotency === undefined) continue;
    const row = idempotencyRow(submission, submission.idempotency);
    const name = nameOf(row.accountId, row.key);
    if (!rows.has(name)) rows.set(name, { row, submission });
  }

  const written = new Set<Submission>();
  let places: Places | undefined;
  try {
    await parts.database.transaction(async (runner) => {
      const claimed = await runner.run(
        claimIdempotencyKeys,
        [...rows.values()].map(({ row }) => row),
      );
      for (const { account_id, key } of claimed) {
        const taken = rows.get(nameOf(account_id, key));
        if (taken !== undefined) written.add(taken.submission);
      }
      for (const submission of submissions) {
        if (submission.idempotency === undefined) written.add(submission);
      }
      places = await place([...written], runner, parts);
    });
  } catch (error) {
    (places as Places | undefined)?.cancel();
    throw error;
  }
  (places as Places | undefined)?.deliver();

  const repeated = submissions.filter((submission) => !written.has(submission));
  const answers = await firstAnswers(repeated, parts.database).catch((error: unknown) => {
    // The rest of the group is committed: it must not be written again because of this.
    const unknown = new Unavailable('the first answer could not be read', 1, { cause: error });
    return new Map(repeated.map((submission) => [submission, unknown]));
  });
  return submissions.map((submission) =>
    written.has(submission) ? answerTo(submission) : (answers.get(submission) as SubmissionResult),
  );
}

interface Places {
  /** To be called after the commit. */
  readonly deliver: () => void;
  /** To be called if the commit failed after all. */
  readonly cancel: () => void;
}

/** Runs the insert with as many invocations leased to this node as it has room for. */
async function place(
  submissions: readonly Submission[],
  runner: Runner,
  { clock, shortCut, leaseMs }: Parts,
): Promise<Places> {
  const events: EventRow[] = [];
  const invocations: InvocationRow[] = [];
  const reserved: string[] = [];
  const due = new Set<string>();
  for (const submission of submissions) {
    events.push(submission.event);
    for (const invocation of submission.invocations) {
      const leased = shortCut.reserve(invocation.webhookId);
      if (leased) reserved.push(invocation.webhookId);
      else due.add(invocation.webhookId);
      invocation.leased = leased;
      invocations.push(invocation);
    }
  }
  const cancel = () => shortCut.cancel(reserved);
  try {
    const [row] = await runner.run(insertEvents, {
      events,
      invocations,
      nowMs: clock.now(),
      leaseMs,
    });
    const leasedUntilMs = (row as { leased_until: Date }).leased_until.getTime();
    return {
      cancel,
      deliver() {
        shortCut.deliver(leasedWork(submissions, leasedUntilMs));
        if (due.size > 0) shortCut.due(due);
      },
    };
  } catch (error) {
    cancel();
    throw error;
  }
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
  if (repeated.length === 0) return new Map();
  const rows = new Map<string, IdempotencyRow>();
  for (const submission of repeated) {
    const row = idempotencyRow(submission, submission.idempotency as Idempotency);
    rows.set(nameOf(row.accountId, row.key), row);
  }
  const found = await runner.run(readIdempotencyKeys, [...rows.values()]);
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

function idempotencyRow(submission: Submission, { key, fingerprint }: Idempotency): IdempotencyRow {
  const { accountId } = submission.event;
  return {
    lane: laneOfKey(accountId, key),
    accountId,
    key,
    fingerprint,
    answer: JSON.stringify(answerTo(submission)),
  };
}

function nameOf(accountId: number, key: string): string {
  return `${accountId} ${key}`;
}
