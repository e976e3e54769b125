import { idFromUuid } from '../model/ids.ts';
import { LANES } from '../model/lanes.ts';
import type { Counted } from '../sql/parts/rollup-reading.ts';

/** Where the counts of an account as a whole lie: under its number, as `fold-deltas` writes them. */
export function accountCounted(accountId: number): Counted {
  const hex = accountId.toString(16).padStart(12, '0');
  return { lane: accountId % LANES, id: idFromUuid(`00000000-0000-0000-0000-${hex}`) };
}
