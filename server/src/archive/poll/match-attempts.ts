import type { WebhookInvocationAttempt } from '@hooktrail/sdk';
import type { ArchivedOutcomeRow } from '../../sql/read-archived-outcomes.ts';

/**
 * Finds the archived outcome of each attempt that a source lists, newest first. Their ids say nothing: the
 * service repeats the id of the webhook. Status and time do; an attempt without a time, or with one that is
 * a little off, goes to the newest outcome with its status that nobody has.
 */
export function matchAttempts(
  attempts: readonly WebhookInvocationAttempt[],
  outcomes: readonly ArchivedOutcomeRow[],
): { readonly attempt: WebhookInvocationAttempt; readonly outcome: ArchivedOutcomeRow }[] {
  const free = new Set(
    [...outcomes].sort((one, other) => other.completed_at.getTime() - one.completed_at.getTime()),
  );
  const matched = new Map<WebhookInvocationAttempt, ArchivedOutcomeRow>();
  const take = (
    attempt: WebhookInvocationAttempt,
    fits: (outcome: ArchivedOutcomeRow) => boolean,
  ): void => {
    if (matched.has(attempt)) return;
    for (const outcome of free) {
      if (statusOf(outcome) !== attempt.status || !fits(outcome)) continue;
      matched.set(attempt, outcome);
      free.delete(outcome);
      return;
    }
  };
  for (const attempt of attempts) {
    const ms = attempt.completedAt?.getTime() ?? Number.NaN;
    take(
      attempt,
      (outcome) => Math.floor(outcome.completed_at.getTime() / 1_000) === Math.floor(ms / 1_000),
    );
  }
  for (const attempt of attempts) take(attempt, () => true);
  return [...matched].map(([attempt, outcome]) => ({ attempt, outcome }));
}

const statusOf = (row: ArchivedOutcomeRow): string => row.remote_status ?? row.status;
