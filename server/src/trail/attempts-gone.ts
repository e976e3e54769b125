import type { InvocationRow } from '../sql/read-invocations.ts';

/**
 * Whether an invocation had attempts that are no longer kept. All of them are in one partition, so
 * either all exist or none. The statement that writes them also counts them, so if the invocation
 * was read first, a count without rows means that they were dropped.
 */
export function attemptsGone(
  { attempts_count }: Pick<InvocationRow, 'attempts_count'>,
  attempts: readonly unknown[],
): boolean {
  return attempts_count > 0 && attempts.length === 0;
}
