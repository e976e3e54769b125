import { laneOfKey } from '../../accept/lane-of-key.ts';
import type { Runner } from '../../database/database.ts';
import { type InboxArrivalRow, readInboxArrivals } from '../../sql/read-inbox-keys.ts';

/** PostgreSQL reads an answer of up to 60 KB of each. */
const AT_ONCE = 500;

/** What requests became that an inbox received, by their keys. */
export async function readArrivals(
  runner: Runner,
  accountId: number,
  keys: readonly string[],
): Promise<Map<string, InboxArrivalRow>> {
  const found = new Map<string, InboxArrivalRow>();
  for (let from = 0; from < keys.length; from += AT_ONCE) {
    const some = keys
      .slice(from, from + AT_ONCE)
      .map((key) => ({ lane: laneOfKey(accountId, key), key }));
    for (const row of await runner.run(readInboxArrivals, { accountId, keys: some })) {
      found.set(row.key, row);
    }
  }
  return found;
}
