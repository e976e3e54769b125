import { type Query, timeRanges } from '@hooktrail/sdk/query';
import {
  complement,
  EVERYTHING,
  intersect,
  type Range,
  type Ranges,
  unite,
} from '../query/ranges.ts';

/** The fields that rollups can answer for. */
const ROLLED_UP: ReadonlySet<string> = new Set([
  'webhook',
  'status',
  'error',
  'since',
  'until',
  'completed',
  'origin',
]);

/** The fields of a query that rollups know nothing of. */
export function fieldsBeyondRollups(query: Query): string[] {
  return [...new Set(query.map(({ field }) => field).filter((field) => !ROLLED_UP.has(field)))];
}

/**
 * When the attempts finished that a query asks for: in counts, `since` and `until` mean that too.
 * Undefined: in several spans.
 */
export function countedSpan(query: Query, nowMs: number): Range | undefined {
  let allowed: Ranges = EVERYTHING;
  for (const term of query) {
    if (term.field !== 'since' && term.field !== 'until' && term.field !== 'completed') continue;
    const given = unite(timeRanges(term, nowMs));
    allowed = intersect(allowed, term.not === true ? complement(given) : given);
  }
  if (allowed.length > 1) return undefined;
  return allowed[0] ?? [nowMs, nowMs];
}
