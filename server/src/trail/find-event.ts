import type { Runner } from '../database/database.ts';
import { isId } from '../model/ids.ts';
import { Unavailable } from '../model/unavailable.ts';
import { readEvent, readOwnEvent, type StoredEventRow } from '../sql/read-event.ts';
import { readOwnIdIndex } from '../sql/read-own-id-index.ts';

/** What an id can be; PostgreSQL cannot even compare others, such as one with U+0000. */
const POSSIBLE = /^[!-~]{1,255}$/;

/** Databases whose `event_own_id` is complete: it stays so. */
const indexed = new WeakSet<Runner>();

/**
 * Finds an event of an account by the id that its publisher got: the one that it chose, or the one that
 * was made. Where several have it, the newest. Otherwise by the id that the trail gave it.
 * What is archived of remote accounts comes after our own.
 *
 * @throws Unavailable while the ids that publishers chose are being indexed after an upgrade.
 */
export async function findEvent(
  database: Runner,
  accountId: number,
  id: string,
): Promise<StoredEventRow | undefined> {
  if (!POSSIBLE.test(id)) return undefined;
  const ours = newest(
    await Promise.all([
      isId(id) ? database.run(readEvent, { accountId, id }) : [],
      ownEvent(database, accountId, id),
    ]),
  );
  if (ours !== undefined) return ours;
  return newest(
    await Promise.all([
      isId(id) ? database.run(readEvent.archived, { accountId, id }) : [],
      database.run(readOwnEvent.archived, { accountId, ownId: id }),
    ]),
  );
}

type Found = readonly StoredEventRow[];

function newest([[made], [own]]: readonly [Found, Found]): StoredEventRow | undefined {
  if (own === undefined || made === undefined) return own ?? made;
  // The trail's id of an event whose publisher knows it by another one comes last.
  return made.own_id === null && made.id > own.id ? made : own;
}

async function ownEvent(database: Runner, accountId: number, ownId: string): Promise<Found> {
  if (!indexed.has(database)) {
    const [index] = await database.run(readOwnIdIndex, undefined);
    if (index?.ready !== true) {
      // An id of ours needs no index.
      if (isId(ownId)) return [];
      throw new Unavailable('ids that publishers chose are being indexed since an upgrade', 60);
    }
    indexed.add(database);
  }
  return database.run(readOwnEvent, { accountId, ownId });
}
