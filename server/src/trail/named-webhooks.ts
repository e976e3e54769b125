import { isId } from '../model/ids.ts';
import type { CompiledQuery } from '../query/compile-query.ts';

/** The names and ids of which a webhook must have one; null where the terms name none. */
export function namedWebhooks(terms: CompiledQuery['webhooks']) {
  const wanted = terms.find(({ not }) => !not);
  if (wanted === undefined) return null;
  const names = [...wanted.names];
  return { names, ids: names.filter(isId) };
}
