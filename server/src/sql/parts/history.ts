import type { ReasonCode } from '../../model/reason-code.ts';

/**
 * Characters; a history exceeds this by two entries at most. An invocation that is held back, or
 * replayed, or loses its lease again and again must not grow without limit.
 */
export const MAX_HISTORY = 4_000;

/** The entry for a lost lease, as SQL; `dueAt` is the expression of that lease's end. */
export function lostEntry(dueAt: string): string {
  return `'{"at":"' || ${textOf(dueAt)} || '","what":"lease lost","why":"${LEASE_LOST}"}'`;
}

/** The time of the statement, as the history has it; evaluated once, not for each row. */
export const NOW_TEXT = `(select ${textOf('now()')})`;

/** The entry for a lease that ends with the success of a request before it; `at` is `NOW_TEXT`. */
export function overtakenEntry(at: string): string {
  return `'{"at":"' || ${at} || '","what":"lease lost","why":"${OVERTAKEN}"}'`;
}

function textOf(time: string): string {
  return `to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

const LEASE_LOST =
  'no outcome was recorded under this lease; whether a request was sent is unknown';

const OVERTAKEN =
  'an earlier request succeeded; whether another one was sent under this lease is unknown, unless it is recorded later';

/** Why an invocation waits whose lease was lost; the history has the words. */
export const LOST_CODE: ReasonCode = 'lease lost';
