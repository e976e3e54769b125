import type { HeaderList } from './header-list.ts';
import { headerValue } from './header-value.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const MONTH = `(?<month>${MONTHS.join('|')})`;
const TIME = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`;

/** The forms of a date (RFC 9110, 5.6.7). All are UTC; a zone that is given is honoured. */
const FORMS = [
  // Sun, 06 Nov 1994 08:49:37 GMT
  new RegExp(
    `^\\w{3}, (?<day>\\d\\d?) ${MONTH} (?<year>\\d{4}) ${TIME} (?<zone>GMT|UTC|[+-]\\d{4})$`,
  ),
  // Sunday, 06-Nov-94 08:49:37 GMT
  new RegExp(`^\\w{6,9}, (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} (?<zone>GMT|UTC)$`),
  // Sun Nov  6 08:49:37 1994
  new RegExp(`^\\w{3} ${MONTH} (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`),
];

/**
 * A year of two digits that seems further ahead than this is of the past century (RFC 9110, 5.6.7).
 */
const YEARS_AHEAD = 50;

/**
 * The delay that an answer's `Retry-After` asks for, in milliseconds from `nowMs`. It may be
 * seconds, also fractional, or an HTTP date. Undefined when it is absent or invalid; never
 * negative.
 */
export function retryAfterMs(headers: HeaderList, nowMs: number): number | undefined {
  const value = headerValue(headers, 'retry-after')?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1_000;
  const dateMs = parseHttpDate(value, nowMs);
  return dateMs === undefined ? undefined : Math.max(0, dateMs - nowMs);
}

function parseHttpDate(text: string, nowMs: number): number | undefined {
  for (const form of FORMS) {
    const parts = form.exec(text)?.groups;
    if (parts !== undefined) return timeOf(parts, nowMs);
  }
  return undefined;
}

function timeOf(parts: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  const day = Number(parts['day']);
  const [hour, minute, second] = [parts['hour'], parts['minute'], parts['second']].map(Number);
  const month = MONTHS.indexOf(parts['month'] ?? '');
  const year = fullYear(parts['year'] ?? '', new Date(nowMs).getUTCFullYear());
  // Date.UTC carries over what is too large. A leap second is the next minute's first.
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  if (new Date(Date.UTC(year, month, day)).getUTCDate() !== day) return undefined;
  const [, sign, hours, minutes] = /^([+-])(\d\d)(\d\d)$/.exec(parts['zone'] ?? '') ?? [];
  const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === '-' ? -1 : 1);
  return Date.UTC(year, month, day, hour, Number(minute) - offset, second);
}

function fullYear(digits: string, thisYear: number): number {
  const year = Number(digits);
  if (digits.length > 2) return year;
  const sameCentury = thisYear - (thisYear % 100) + year;
  return sameCentury > thisYear + YEARS_AHEAD ? sameCentury - 100 : sameCentury;
}
