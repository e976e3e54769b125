import type { HeaderList } from './header-list.ts';
import { headerValue } from './header-value.ts';

/**
 * How long an answer's `Retry-After` asks to wait from `nowMs`: seconds, also with a fraction, or an
 * HTTP date. Undefined when it is absent or makes no sense; never negative.
 */
export function retryAfterMs(headers: HeaderList, nowMs: number): number | undefined {
  const value = headerValue(headers, 'retry-after')?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1_000;
  // Date.parse would also take '-5' or '2 weeks' for dates.
  if (!/^[A-Z][a-z]{2,8}, /.test(value)) return undefined;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
