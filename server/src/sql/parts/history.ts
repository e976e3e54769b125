import type { ReasonCode } from '../../model/reason-code.ts';

/**
 * Characters; a history exceeds this by two entries at most. An invocation that is held back, or
 * replayed, or loses its lease again and again must not grow without limit.
 */
export const MAX_HISTORY = 4_000;

/** The entry for a lost lease, as SQL; `dueAt` is the expression of that lease's end. */
export function lostEntry(dueAt: string): string {
  const at = `to_char(${dueAt} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  return `'{"at":"' || ${at} || '","what":"lease lost","why":"${LEASE_LOST}"}'`;
}

const LEASE_LOST =
  'no outcome was recorded under this lease; whether a request was sent is unknown';

/** Why an invocation waits whose lease was lost; the history has the words. */
export const LOST_CODE: ReasonCode = 'lease lost';
