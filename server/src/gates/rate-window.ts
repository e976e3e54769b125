import type { RateLimit } from '../model/rules.ts';

/** Permits taken: until when they count (milliseconds since 1970), and how many. */
export type Permits = readonly (readonly [untilMs: number, count: number])[];

export interface Grant {
  readonly permits: Permits;
  readonly granted: number;
  /** When the next permit is free; now or earlier if one is left. */
  readonly nextAtMs: number;
}

/** Permits of the same part of the span share one entry, so any limit is a short list. */
const PARTS = 100;

/**
 * The delay from permit to request varies, so a slow request and a fast one after it are closer
 * together than their permits: without this, a busy machine sent 12 requests in a span of 2 s that
 * allows 10.
 */
const JITTER = 0.1;
const MAX_JITTER_MS = 250;

/**
 * Takes as many of `wanted` permits as the limit allows: no span of time has more than `requests`.
 * A permit counts longer than its span, by 10 % or at most a quarter of a second, and then until
 * the end of that part: up to 1 % more.
 */
export function takePermits(
  permits: Permits,
  { requests, spanMs }: RateLimit,
  nowMs: number,
  wanted: number,
): Grant {
  const partMs = spanMs / PARTS;
  const countsMs = spanMs + Math.min(JITTER * spanMs, MAX_JITTER_MS);
  const longestMs = Math.ceil((nowMs + countsMs + 1) / partMs) * partMs;
  // Permits taken under a longer span count for one current span at most.
  const current = permits
    .filter(([untilMs]) => untilMs > nowMs)
    .map(([untilMs, count]): [number, number] => [Math.min(untilMs, longestMs), count]);
  const used = current.reduce((sum, [, count]) => sum + count, 0);
  const granted = Math.max(0, Math.min(wanted, requests - used));
  if (granted > 0) {
    const latest = current.at(-1);
    if (latest !== undefined && latest[0] >= longestMs) {
      current.splice(-1, 1, [latest[0], latest[1] + granted]);
    } else {
      current.push([longestMs, granted]);
    }
  }
  const full = used + granted >= requests;
  return { permits: current, granted, nextAtMs: full ? (current[0]?.[0] ?? nowMs) : nowMs };
}

/** Returns permits that were taken and not used. */
export function returnPermits(permits: Permits, unused: number): Permits {
  const left = [...permits];
  for (let rest = unused; rest > 0; ) {
    const latest = left.pop();
    if (latest === undefined) break;
    if (latest[1] > rest) left.push([latest[0], latest[1] - rest]);
    rest -= latest[1];
  }
  return left;
}
