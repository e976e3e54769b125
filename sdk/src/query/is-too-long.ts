import { MAX_QUERY_LENGTH } from './limits.ts';
import { printQuery } from './print-query.ts';
import type { Query } from './query.ts';
import { resolveQuery } from './resolve-query.ts';

/**
 * Whether a query does not fit into a text. It is measured with its times resolved, which are
 * longer: what was accepted once can be printed, resolved and read again.
 */
export const isTooLong = (query: Query): boolean =>
  printQuery(resolveQuery(query, 0)).length > MAX_QUERY_LENGTH;
