import type { HeaderTerm, JsonTerm, Query } from '@hooktrail/sdk/query';
import { HEADER_KEY } from '../model/search-key.ts';

/** A term about a key. */
export type KeyTerm = JsonTerm | HeaderTerm;

/** The terms of a query that are about keys. */
export function keyTermsOf(query: Query): KeyTerm[] {
  return query.filter((term): term is KeyTerm => term.field === 'json' || term.field === 'header');
}

/** The name of the key that a term asks for. */
export function keyName(term: KeyTerm): string {
  return term.field === 'json' ? term.pointer : HEADER_KEY + term.name;
}
