import type { Runner } from '../../database/database.ts';
import { type ListedInvocationRow, readArchivedListed } from '../../sql/read-archived-listed.ts';
import { type InboxKeyRow, readInboxKeys } from '../../sql/read-inbox-keys.ts';
import { nextId } from '../../trail/next-id.ts';

/** Listed rows in memory, of all webhooks: some 4 MB. */
const MOST_LISTED = 20_000;
const MOST_OF_ONE = 5_000;
const LEAST_OF_ONE = 50;

/** Keys of each of 64 lanes: some 3 MB. */
const KEYS_OF_LANE = 200;

/** A request that an inbox received, by its sender's id. */
export interface Arrival {
  readonly lane: number;
  readonly key: string;
  readonly arrivedMs: number;
}

/** All that is listed and all that arrived of a span of ids. */
export interface Slice {
  readonly listed: readonly ListedInvocationRow[];
  /** The first arrival of each id. */
  readonly arrivals: ReadonlyMap<string, Arrival>;
  /** Exclusive: the span is as long as fits into memory. */
  readonly untilId: string;
}

interface Asked {
  readonly accountId: number;
  readonly inboxId: string;
  readonly webhookIds: readonly string[];
  readonly fromId: string;
  readonly untilId: string;
  /** Fewer, for tests. */
  readonly most?: { readonly listed: number; readonly keys: number };
}

/**
 * Reads both sides of a span of ids, or of a shorter one from its beginning. What is listed is read first: a
 * success is listed after it arrived, so that its key is there when the keys are read.
 */
export async function readSlice(runner: Runner, asked: Asked): Promise<Slice> {
  const { accountId, fromId, inboxId, most, webhookIds } = asked;
  const each =
    most?.listed ??
    Math.max(LEAST_OF_ONE, Math.min(MOST_OF_ONE, Math.floor(MOST_LISTED / webhookIds.length)));
  const listed = await runner.run(readArchivedListed, {
    webhookIds,
    fromId,
    untilId: asked.untilId,
    most: each,
  });
  let untilId = endOf(
    listed,
    (row) => row.webhook_id,
    (row) => row.id,
    each,
    asked.untilId,
  );
  const ofLane = most?.keys ?? KEYS_OF_LANE;
  const params = { accountId, inboxId, fromId, untilId, most: ofLane };
  const keys = await runner.run(readInboxKeys, params);
  const end = endOf(
    keys,
    (row) => row.lane,
    ({ key }) => senderOf(key),
    ofLane,
    untilId,
  );
  // One id that was sent again so often that it fills a lane has arrived: that is all there is to know, however
  // many keys of it there are.
  untilId = end > fromId ? end : nextId(fromId, 1);
  return {
    listed: listed.filter(({ id }) => id < untilId),
    arrivals: firstOf(keys.filter(({ key }) => senderOf(key) < untilId)),
    untilId,
  };
}

/** The id that a sender gave: the second word of the key of an inbox. */
function senderOf(key: string): string {
  return key.split(' ')[1] as string;
}

/** The end of what is complete: a stream with as many rows as were read at most may have more. */
function endOf<Row>(
  rows: readonly Row[],
  streamOf: (row: Row) => string | number,
  idOf: (row: Row) => string,
  most: number,
  untilId: string,
): string {
  const streams = new Map<string | number, { count: number; last: string }>();
  for (const row of rows) {
    const one = streams.get(streamOf(row)) ?? { count: 0, last: '' };
    one.count++;
    if (idOf(row) > one.last) one.last = idOf(row);
    streams.set(streamOf(row), one);
  }
  let end = untilId;
  for (const { count, last } of streams.values()) if (count >= most && last < end) end = last;
  return end;
}

function firstOf(keys: readonly InboxKeyRow[]): Map<string, Arrival> {
  const arrivals = new Map<string, Arrival>();
  for (const { arrived_at: arrivedAt, key, lane } of keys) {
    const id = senderOf(key);
    const arrivedMs = arrivedAt.getTime();
    const known = arrivals.get(id);
    if (known === undefined || arrivedMs < known.arrivedMs) {
      arrivals.set(id, { lane, key, arrivedMs });
    }
  }
  return arrivals;
}
