import type { Query } from '@hooktrail/sdk/query';

/** What rollups count by; a query of other fields needs a look at each row. */
const FIELDS = new Set(['webhook', 'status', 'error', 'since', 'until', 'completed']);

/** The fields of a query that rollups cannot answer, once each. */
export const uncountedFields = (query: Query): string[] => [
  ...new Set(query.map(({ field }) => field).filter((field) => !FIELDS.has(field))),
];
