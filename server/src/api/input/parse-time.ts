import { MINUTE_MS } from '../../model/time-units.ts';
import { showValue } from '../errors/show-value.ts';
import { validationError } from '../errors/validation-error.ts';

/** The offset may begin with a space: an unescaped `+` in a query arrives as one. */
const TIME =
  /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+ -])(\d\d):?(\d\d))?$/;

/**
 * A time of up to nanosecond precision, rounded both ways: times in lists are whole milliseconds.
 */
export interface ParsedTime {
  /** Rounded down, in milliseconds since 1970: the end of a range. */
  readonly floorMs: number;
  /** Rounded up, in milliseconds since 1970: the beginning of a range. */
  readonly ceilMs: number;
  /** The exact time, in nanoseconds since 1970. */
  readonly ns: bigint;
}

/**
 * Parses a time in a query parameter: ISO 8601 with 0 to 9 fraction digits and any offset. Without
 * an offset it is UTC (spec/contract.md, "Operations").
 *
 * @throws ApiError `InvalidParameter`, also for dates that do not exist.
 */
export function parseTime(field: string, text: string): ParsedTime {
  const [, date, clock, fraction = '', sign, hours = '0', minutes = '0'] = TIME.exec(text) ?? [];
  const local = `${date}T${clock}`;
  const localMs = Date.parse(`${local}Z`);
  // `Date` reads 30 February as 2 March and 24:00 as the next day.
  const exists = !Number.isNaN(localMs) && new Date(localMs).toISOString().startsWith(local);
  if (!exists || Number(hours) > 23 || Number(minutes) > 59) {
    throw validationError('InvalidParameter', [
      {
        field,
        code: 'invalid_format',
        message: `${field} must be a time in ISO 8601 such as 2026-01-31T12:00:00Z or 2026-01-31T14:00:00+02:00, got ${showValue(text)}`,
      },
    ]);
  }
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS * (sign === '-' ? -1 : 1);
  const startMs = localMs - offsetMs;
  const ns = Number(fraction.padEnd(9, '0'));
  return {
    floorMs: startMs + Math.floor(ns / 1_000_000),
    ceilMs: startMs + Math.ceil(ns / 1_000_000),
    ns: BigInt(startMs) * 1_000_000n + BigInt(ns),
  };
}
