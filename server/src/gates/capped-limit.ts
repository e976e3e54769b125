import type { RateLimit } from '../model/rules.ts';
import { MINUTE_MS } from '../model/time-units.ts';
import { strictestLimit } from './strictest-limit.ts';

/** A rate limit, or none, under the rate that an endpoint allows, in requests a minute. */
export function cappedLimit(own: RateLimit | null, rate: number): RateLimit {
  const allowed = { requests: rate, spanMs: MINUTE_MS };
  return own === null ? allowed : strictestLimit(own, allowed);
}
