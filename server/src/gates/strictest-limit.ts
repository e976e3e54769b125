import type { RateLimit } from '../model/rules.ts';

/**
 * The most permissive of some simple limits that keeps two: requests in any span of one length are never
 * more than the other allows. In a window there are at most so many spans as its length has, rounded up.
 */
export function strictestLimit(one: RateLimit, other: RateLimit): RateLimit {
  const within = (inner: RateLimit, outer: RateLimit): RateLimit => ({
    requests: Math.min(
      inner.requests,
      Math.floor(outer.requests / Math.ceil(outer.spanMs / inner.spanMs)),
    ),
    spanMs: inner.spanMs,
  });
  const candidates: RateLimit[] = [
    within(one, other),
    within(other, one),
    {
      requests: Math.min(one.requests, other.requests),
      spanMs: Math.max(one.spanMs, other.spanMs),
    },
  ];
  const rate = ({ requests, spanMs }: RateLimit) => requests / spanMs;
  return candidates
    .filter(({ requests }) => requests >= 1)
    .reduce((best, next) => (rate(next) > rate(best) ? next : best));
}
