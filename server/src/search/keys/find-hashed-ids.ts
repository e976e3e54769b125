import type { Runner } from '../../database/database.ts';
import { laneOfAccount } from '../../model/lane-of-account.ts';
import { findKeyedEvents } from '../../sql/find-keyed-events.ts';
import { nodesOf } from '../../sql/parts/key-nodes.ts';
import { nextId } from '../../trail/next-id.ts';

interface Span {
  readonly accountId: number;
  readonly hashes: readonly number[];
  /** The first id, inclusive, and the one before which ids are found. */
  readonly from: string;
  readonly before: string;
  /** How many ids are wanted. */
  readonly limit: number;
}

/** Ids of events that may have one of the values, newest first. */
export interface HashedIds {
  readonly ids: readonly string[];
  /** Further ones are before this id; undefined if there are none. */
  readonly more: string | undefined;
}

/** Rows with one of the values, of which events are taken: a page of 200 may be in four of them. */
const LEAST_MATCHED = 16;

/**
 * Rows of each node in the first read. Nodes of the index have up to 32 of today, and some 10 of each day
 * before: for a rare value, one read is enough.
 */
const FIRST_ROWS = 256;

/** The same where many values are looked for: each has nodes of its own. */
const LEAST_ROWS = 64;

/**
 * Finds the newest events of a span by hashes of values. A value that very many events have fills many
 * rows of the index: they are read from the newest on, four times as many as often as that gave too few.
 */
export async function findHashedIds(
  database: Runner,
  { accountId, before, from, hashes, limit }: Span,
): Promise<HashedIds> {
  const nodes = [...new Set(hashes.flatMap(nodesOf))];
  const firstRows = Math.max(LEAST_ROWS, Math.floor(FIRST_ROWS / hashes.length));
  for (let most = firstRows; ; most *= 4) {
    const found = await database.run(findKeyedEvents, {
      lane: laneOfAccount(accountId),
      hashes,
      nodes,
      from,
      before,
      most,
      matched: Math.max(LEAST_MATCHED, Math.ceil(most / 16)),
      limit,
    });
    const ids = found.flatMap(({ id }) => (id === null ? [] : [id]));
    if (ids.length === limit) return { ids, more: ids.at(-1) };
    const edge = found[0]?.read_to ?? undefined;
    if (edge === undefined) return { ids, more: undefined };
    const more = nextId(edge, 1);
    if (ids.length > 0 || (more < before && most > firstRows)) return { ids, more };
  }
}
