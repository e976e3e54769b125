import { pino } from 'pino';
import { type KeyedEventHashes, keyBatches } from '../accept/key-batches.ts';
import type { Database } from '../database/database.ts';
import { KeyFolder } from '../keep/keys/key-folder.ts';
import { firstIdAt } from '../model/ids.ts';
import { DAY_MS } from '../model/time-units.ts';
import { findHashedIds } from '../search/keys/find-hashed-ids.ts';
import { insertEvents } from '../sql/insert-events.ts';

/** Writes what events are found by, as accepting does, but without events. */
export async function storeKeys(
  database: Pick<Database, 'run'>,
  events: readonly KeyedEventHashes[],
): Promise<void> {
  const nothing = { versions: [], events: [], invocations: [], leaseMs: 0 };
  await database.run(insertEvents, { ...nothing, keyBatches: keyBatches(events) });
}

/** A folder that moves nothing by itself. */
export function keyFolder(database: Database, keepMs = 10 * DAY_MS): KeyFolder {
  return new KeyFolder({
    clock: { now: Date.now },
    database,
    keepMs,
    log: pino({ level: 'silent' }),
  });
}

/** All ids of account 1 that a hash finds, newest first, page by page. */
export async function idsByHash(
  database: Pick<Database, 'run'>,
  hash: number,
  { accountId = 1, limit = 100 } = {},
): Promise<string[]> {
  const ids: string[] = [];
  let before: string | undefined = firstIdAt(Date.now() + DAY_MS);
  while (before !== undefined) {
    const found = await findHashedIds(database, {
      accountId,
      hashes: [hash],
      from: firstIdAt(0),
      before,
      limit,
    });
    ids.push(...found.ids);
    before = found.more;
  }
  return ids;
}
