import { idTimeMs } from '@hooktrail/server/ids';
import type { SeenRequest } from '../books/books.ts';
import type { Evidence } from './evidence.ts';

/** A lease is renewed for as long as its request takes, 12 s, and lasts 30 s more. */
const TRACED_MS = 45_000;
const MOST_PROBLEMS = 6;

/**
 * Describes what the trail has of the invocation of a request, and what its sender logged after it: enough
 * to say where its outcome was lost without another run.
 */
export function describeTraces(
  { arrivedMs, invocationId, sender }: SeenRequest,
  { books, trail }: Evidence,
): string {
  const after = (ms: number) => `${ms - arrivedMs} ms`;
  const lost = trail.lostAtMs.get(invocationId) ?? [];
  const attempts = trail.attempts.filter((attempt) => attempt.invocationId === invocationId);
  const problems = books.problems.filter(
    ({ atMs, node, pid }) =>
      node === sender?.node &&
      pid === sender.pid &&
      atMs >= arrivedMs &&
      atMs <= arrivedMs + TRACED_MS,
  );
  const parts = [
    ...lost.map((ms) => `a lease lost at ${after(ms)}`),
    ...attempts
      .sort((a, b) => a.number - b.number)
      .map(
        ({ id, number, status }) => `attempt ${number} sent at ${after(idTimeMs(id))}: ${status}`,
      ),
    ...problems
      .slice(0, MOST_PROBLEMS)
      .map(({ atMs, message }) => `its process logged at ${after(atMs)}: ${message}`),
  ];
  return parts.length === 0 ? '' : ` {${parts.join('; ')}}`;
}
