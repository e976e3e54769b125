import { headerRule } from '../../model/header-rule.ts';

/** A header's name and value. */
export type HeaderPair = readonly [name: string, value: string];

interface HeaderGroups {
  /** What Hooktrail sends unless the webhook sets it. */
  readonly defaults: readonly HeaderPair[];
  readonly custom: readonly HeaderPair[];
  readonly credentials: readonly HeaderPair[];
}

/**
 * Leaves each name to the one who may set it: what a webhook cannot set is not sent, and where two
 * set the same name, credentials go before custom headers, and these before defaults. Webhooks are
 * saved without such conflicts; this is for those that were saved before a name had its rule.
 */
export function eachOnce({ defaults, custom, credentials }: HeaderGroups): HeaderGroups {
  const taken = new Set<string>();
  const free = (pairs: readonly HeaderPair[]) =>
    pairs.filter(([name]) => {
      const lower = name.toLowerCase();
      if (taken.has(lower) || headerRule(name) === 'ours') return false;
      taken.add(lower);
      return true;
    });
  // In the order of their rank: the first to set a name takes it.
  const sent = { credentials: free(credentials), custom: free(custom), defaults: free(defaults) };
  return sent;
}
