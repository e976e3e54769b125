import { showValue } from '../errors/show-value.ts';
import { validationError } from '../errors/validation-error.ts';

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|\+00:00)$/;

/**
 * A time of up to nanosecond precision, rounded both ways: times in lists are whole milliseconds.
 */
export interface ParsedTime {
  /** Rounded down, in milliseconds since 1970: the end of a range. */
  readonly floorMs: number;
  /** Rounded up, in milliseconds since 1970: the beginning of a range. */
  readonly ceilMs: number;
  /** Sorts as the exact times do, by string comparison. */
  readonly order: string;
}

/**
 * Parses a time in a query parameter: ISO 8601 in UTC, with 0 to 9 fraction digits.
 *
 * @throws ApiError `InvalidParameter`, also for dates that do not exist.
 */
export function parseTime(field: string, text: string): ParsedTime {
  const [, seconds = '', fraction = ''] = TIME.exec(text) ?? [];
  const startMs = Date.parse(`${seconds}Z`);
  // `Date` reads 30 February as 2 March and 24:00 as the next day.
  if (Number.isNaN(startMs) || !new Date(startMs).toISOString().startsWith(seconds)) {
    throw validationError('InvalidParameter', [
      {
        field,
        code: 'invalid_format',
        message: `${field} must be a UTC time in ISO 8601 such as 2026-01-31T12:00:00Z, got ${showValue(text)}`,
      },
    ]);
  }
  const nanoseconds = fraction.padEnd(9, '0');
  const ms = Number(nanoseconds) / 1_000_000;
  return {
    floorMs: startMs + Math.floor(ms),
    ceilMs: startMs + Math.ceil(ms),
    order: `${seconds}.${nanoseconds}`,
  };
}
