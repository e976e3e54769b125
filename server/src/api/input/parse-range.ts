import { validationError } from '../errors/validation-error.ts';
import { parseTime } from './parse-time.ts';

interface RangeQuery {
  readonly 'filter[from_ts]'?: string;
  readonly 'filter[to_ts]'?: string;
}

/** A time range, both ends inclusive, in milliseconds since 1970. */
export interface TimeRange {
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

/**
 * @throws ApiError `InvalidParameter` when an end is not a time, or the range ends before it
 * begins.
 */
export function parseRange(query: RangeQuery): TimeRange {
  const { 'filter[from_ts]': from, 'filter[to_ts]': to } = query;
  const start = from === undefined ? undefined : parseTime('filter[from_ts]', from);
  const end = to === undefined ? undefined : parseTime('filter[to_ts]', to);
  if (start !== undefined && end !== undefined && start.ns > end.ns) {
    throw validationError('InvalidParameter', [
      {
        field: 'filter[from_ts]',
        code: 'conflict',
        message: `filter[from_ts] must not be after filter[to_ts], got "${from}" and "${to}"`,
      },
    ]);
  }
  return { fromMs: start?.ceilMs, toMs: end?.floorMs };
}
