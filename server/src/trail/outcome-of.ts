import type { AttemptOutcomeRow } from '../sql/read-attempt-outcomes.ts';

/** How an attempt ended, in words. */
export function outcomeOf({
  error_message,
  status,
  status_code,
}: Pick<AttemptOutcomeRow, 'error_message' | 'status' | 'status_code'>): string {
  const answered = status_code === null ? '' : ` with ${status_code}`;
  const why = error_message === null ? '' : ` (${error_message})`;
  return status === 'success' ? `was answered${answered}` : `ended as ${status}${answered}${why}`;
}
