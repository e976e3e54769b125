import type { HeaderList } from './header-list.ts';
import { headerValue } from './header-value.ts';

/**
 * The delay that an answer's `Retry-After` asks for, in milliseconds from `nowMs`. It may be
 * seconds, also fractional, or an HTTP date. Undefined when it is absent or invalid; never
 * negative.
 */
export function retryAfterMs(headers: HeaderList, nowMs: number): number | undefined {
  const value = headerValue(headers, 'retry-after')?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1_000;
  // Date.parse would also accept '-5' or '2 weeks' as dates.
  if (!/^[A-Z][a-z]{2,8}, /.test(value)) return undefined;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
