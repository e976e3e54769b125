import type { QueryValues } from '@hooktrail/sdk/query';
import type { Range } from './ranges.ts';

/** The numbers that a value of a query means; `5xx` is a class of codes. */
export function numberRange(value: QueryValues['attempts' | 'code' | 'took']): Range {
  if (typeof value === 'string') {
    const first = Number(value[0]) * 100;
    return [first, first + 100];
  }
  if (typeof value === 'number') return [value, value + 1];
  const { gt, gte = gt === undefined ? undefined : gt + 1, lt, lte } = value;
  return [
    gte ?? Number.NEGATIVE_INFINITY,
    lt ?? (lte === undefined ? Number.POSITIVE_INFINITY : lte + 1),
  ];
}
