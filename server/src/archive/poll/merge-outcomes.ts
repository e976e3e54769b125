import { ulid } from 'ulid';
import type { ListedStatus } from '../../model/delivery-status.ts';
import type { ArchivedOutcomeRow } from '../../sql/read-archived-outcomes.ts';
import type { ArchivedInvocation, NewOutcome } from '../../sql/store-archived-rows.ts';
import { outcomeKey, type RemoteOutcome } from './remote-outcome.ts';

/** An outcome of the log with the id of its invocation here. */
export interface IdentifiedOutcome extends RemoteOutcome {
  readonly id: string;
}

/** What storing a page of the log writes. */
export interface Merged {
  /** In the order of the rows: whether each was archived before. */
  readonly known: readonly boolean[];
  /** And when the first outcome of its invocation finished that was archived before. */
  readonly knownSinceMs: readonly (number | undefined)[];
  readonly outcomes: readonly NewOutcome[];
  /** Outcomes that were stored with other numbers, which are those of the order of completion. */
  readonly renumbered: readonly {
    readonly invocationId: string;
    readonly number: number;
    readonly next: number;
  }[];
  readonly invocations: readonly ArchivedInvocation[];
  /** Invocations that had no outcome before. */
  readonly created: number;
}

/** Outcomes of one invocation: the service made few, and one that makes more is not followed further. */
export const MOST_OUTCOMES = 1_000;

interface Outcome {
  /** Undefined of a new one. */
  readonly number: number | undefined;
  readonly status: ListedStatus;
  readonly statusCode: number | null;
  readonly remoteStatus: string | null;
  readonly completedMs: number;
  readonly sent: boolean;
}

/** Joins rows of the log with what is archived of their invocations. */
export function mergeOutcomes(
  rows: readonly IdentifiedOutcome[],
  stored: readonly ArchivedOutcomeRow[],
): Merged {
  const byInvocation = new Map<string, Map<string, Outcome>>();
  const outcomesOf = (id: string) => {
    const outcomes = byInvocation.get(id) ?? new Map<string, Outcome>();
    byInvocation.set(id, outcomes);
    return outcomes;
  };
  const firstMs = new Map<string, number>();
  for (const row of stored) {
    const outcome: Outcome = {
      number: row.number,
      status: row.status,
      statusCode: row.status_code,
      remoteStatus: row.remote_status,
      completedMs: row.completed_at.getTime(),
      sent: row.sent,
    };
    outcomesOf(row.invocation_id).set(outcomeKey(outcome), outcome);
    const first = firstMs.get(row.invocation_id) ?? outcome.completedMs;
    firstMs.set(row.invocation_id, Math.min(first, outcome.completedMs));
  }
  const fresh = new Map<string, IdentifiedOutcome>();
  let created = 0;
  const known = rows.map((row) => {
    const outcomes = outcomesOf(row.id);
    const key = outcomeKey(row);
    if (outcomes.has(key) || outcomes.size >= MOST_OUTCOMES) return true;
    if (outcomes.size === 0) created++;
    outcomes.set(key, { ...row, number: undefined });
    fresh.set(row.id, row);
    return false;
  });

  const outcomes: NewOutcome[] = [];
  const renumbered: Merged['renumbered'][number][] = [];
  const invocations: ArchivedInvocation[] = [];
  for (const [id, { eventType, remoteId }] of fresh) {
    const all = [...outcomesOf(id).values()].sort(inOrder);
    for (const [index, outcome] of all.entries()) {
      const number = index + 1;
      if (outcome.number === undefined) {
        const { completedMs, remoteStatus, sent, status, statusCode } = outcome;
        outcomes.push({
          invocationId: id,
          id: ulid(completedMs),
          number,
          status,
          statusCode,
          remoteStatus,
          completedMs,
          sent,
        });
      } else if (outcome.number !== number) {
        renumbered.push({ invocationId: id, number: outcome.number, next: number });
      }
    }
    const latest = all.at(-1) as Outcome;
    invocations.push({
      id,
      remoteId: remoteId === id ? null : remoteId,
      status: latest.status,
      statusCode: latest.statusCode,
      remoteStatus: latest.remoteStatus,
      latestMs: latest.completedMs,
      attemptsCount: all.filter(({ sent }) => sent).length,
      outcomesCount: all.length,
      delivered: all.some(({ status }) => status === 'success'),
      eventType,
    });
  }
  const knownSinceMs = rows.map(({ id }) => firstMs.get(id));
  return { known, knownSinceMs, outcomes, renumbered, invocations, created };
}

/** Times are whole seconds: of two outcomes in one, the success ends it. */
function inOrder(one: Outcome, other: Outcome): number {
  return (
    one.completedMs - other.completedMs ||
    Number(one.status === 'success') - Number(other.status === 'success') ||
    (outcomeKey(one) < outcomeKey(other) ? -1 : 1)
  );
}
