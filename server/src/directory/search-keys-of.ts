import { DEFAULT_KEYS, type SearchKey } from '../model/search-key.ts';
import type { StoredKeys } from '../sql/read-accounts.ts';

/** The keys of a stored account. */
export function searchKeysOf({ search_keys: keys, keys_since: since }: StoredKeys): SearchKey[] {
  if (keys === null) return DEFAULT_KEYS.map((name) => ({ name, sinceMs: since.getTime() }));
  return keys.map((key) => ({ name: key.key, sinceMs: Date.parse(key.since) }));
}
