import type { RateLimit } from '../model/rules.ts';

/** Permits that were taken: when (milliseconds since 1970) they count no more, and how many. */
export type Permits = readonly (readonly [untilMs: number, count: number])[];

export interface Grant {
  readonly permits: Permits;
  readonly granted: number;
  /** When the next permit can be had; now or earlier if there is one left. */
  readonly nextAtMs: number;
}

/** Entries of one part of the span are one entry, so that a limit of any size is a short list. */
const PARTS = 100;

/**
 * The time from a permit to its request is not always the same, so one that is late and one that is quick
 * come closer together than their permits were: without this, 12 requests were seen in a span of 2 s
 * that may have 10, on a busy machine.
 */
const SHAKE = 0.1;
const MAX_SHAKE_MS = 250;

/**
 * Takes as many of `wanted` permits as the limit allows: in no span of time are there more than
 * `requests`. A permit counts somewhat longer than its span, by 10 % or a quarter of a second, and until
 * the end of the part in which that ends: up to 1 % more.
 */
export function takePermits(
  permits: Permits,
  { requests, spanMs }: RateLimit,
  nowMs: number,
  wanted: number,
): Grant {
  const partMs = spanMs / PARTS;
  const countsMs = spanMs + Math.min(SHAKE * spanMs, MAX_SHAKE_MS);
  const longestMs = Math.ceil((nowMs + countsMs + 1) / partMs) * partMs;
  // Those taken while the span was longer count for one span of now at most.
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

/** Gives back permits that were taken and not used. */
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
