import type { Query } from '@hooktrail/sdk/query';
import { MASK } from '../../secrets/mask.ts';

/** A query without the values that it asks for in bodies and headers: they may be what is to be erased. */
export function maskQuery(query: Query): Query {
  return query.map((term) =>
    term.field === 'json' || term.field === 'header' || term.field === 'text'
      ? { ...term, values: [MASK] }
      : term,
  );
}
