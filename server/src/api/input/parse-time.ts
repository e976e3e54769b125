import { showValue } from '../errors/show-value.ts';
import { validationError } from '../errors/validation-error.ts';

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|\+00:00)$/;

/** A time that may be finer than milliseconds, which are all that times in lists have. */
export interface ParsedTime {
  /** The last whole millisecond that is not after it, since 1970: where a range ends. */
  readonly floorMs: number;
  /** The first whole millisecond that is not before it: where a range begins. */
  readonly ceilMs: number;
  /** A text by which times are ordered without loss. */
  readonly order: string;
}

/**
 * Reads a time of a query parameter, in ISO 8601 and UTC with 0 to 9 fraction digits.
 *
 * @throws ApiError `InvalidParameter`, also for days that do not exist.
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
