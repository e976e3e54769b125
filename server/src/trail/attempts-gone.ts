import type { InvocationRow } from '../sql/read-invocations.ts';

/**
 * Whether an invocation had attempts that are no longer kept. They lie in one partition, so all are there
 * or none is; and they are counted in the statement that writes them, so where the invocation was read
 * first, a count without rows means that they were dropped.
 */
export function attemptsGone(
  { attempts_count }: Pick<InvocationRow, 'attempts_count'>,
  attempts: readonly unknown[],
): boolean {
  return attempts_count > 0 && attempts.length === 0;
}
