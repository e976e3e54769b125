import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Runner } from '../database/database.ts';
import { firstIdAt, idTimeMs } from '../model/ids.ts';
import type { FilterRow } from '../sql/insert-filter.ts';
import { readAttemptTexts } from '../sql/read-attempt-texts.ts';
import { readEvents } from '../sql/read-events.ts';
import { readLateAttempts } from '../sql/read-late-attempts.ts';
import { readSpanAttempts, type SpanAttempt } from '../sql/read-span-attempts.ts';
import { readSpanEvents, type SpanEvent } from '../sql/read-span-events.ts';
import { ANY_ACCOUNT, addWords } from '../words/add-words.ts';
import { attemptTexts } from '../words/attempt-texts.ts';
import { BLOCKS, makeBlockFilter } from '../words/block-filter.ts';
import { readingsOf } from '../words/readings-of.ts';

interface Parts {
  readonly database: Runner;
  readonly accountIds: readonly number[];
}

interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Each account is one probe in each lane and day. */
const ACCOUNTS_AT_ONCE = 200;

/** Rows whose texts are read at once: as many as have this many bytes. */
const TEXT_BYTES = 1024 * 1024;
const TEXTS_AT_ONCE = 1_000;

/** Characters in a turn of the event loop: about half a millisecond. */
const CHARACTERS = 64 * 1024;

/** Makes the filter of a span; undefined if it has more than `mostRows` events, or attempts of a kind. */
export async function buildFilter(
  { database, accountIds }: Parts,
  { fromMs, untilMs }: Span,
  mostRows: number,
): Promise<FilterRow | undefined> {
  const ids = { fromId: firstIdAt(fromMs), untilId: firstIdAt(untilMs), limit: mostRows + 1 };
  const events: SpanEvent[] = [];
  for (let start = 0; start < accountIds.length; start += ACCOUNTS_AT_ONCE) {
    const some = accountIds.slice(start, start + ACCOUNTS_AT_ONCE);
    events.push(...(await database.run(readSpanEvents, { ...ids, accountIds: some })));
    if (events.length > mostRows) return undefined;
  }
  const early = await database.run(readSpanAttempts, ids);
  const late = await database.run(readLateAttempts, { fromMs, untilMs, limit: ids.limit });
  if (early.length > mostRows || late.length > mostRows) return undefined;

  const blocks = Array.from({ length: BLOCKS }, () => new Set<number>());
  const blockOf = (ms: number) => Math.floor(((ms - fromMs) * BLOCKS) / (untilMs - fromMs));
  let characters = 0;
  /** Adds a text of a row that belongs to a moment. */
  async function add(ms: number, text: string, ownerId: number): Promise<void> {
    const block = blocks[blockOf(ms)] as Set<number>;
    for (const reading of readingsOf(text)) addWords(block, reading, ownerId);
    characters += text.length;
    if (characters < CHARACTERS) return;
    characters = 0;
    await nextTurn();
  }

  for (const some of batches(events)) {
    const keys = some.map(({ account_id: accountId, id }) => ({ accountId, id }));
    const owners = new Map(some.map((event) => [event.id, event.account_id]));
    for (const { id, body } of await database.run(readEvents, {
      events: keys,
      maxBytes: Number.MAX_SAFE_INTEGER,
    })) {
      await add(idTimeMs(id), body as string, owners.get(id) as number);
    }
  }
  async function addAttempts<Row extends SpanAttempt>(rows: Row[], msOf: (row: Row) => number) {
    for (const some of batches(rows)) {
      const moments = new Map(some.map((row) => [keyOf(row), msOf(row)]));
      for (const row of await database.run(readAttemptTexts, some)) {
        const ms = moments.get(keyOf(row)) as number;
        for (const [, text] of attemptTexts(row)) await add(ms, text, ANY_ACCOUNT);
      }
    }
  }
  await addAttempts(early, (row) => idTimeMs(row.invocation_id));
  await addAttempts(late, (row) => row.recorded_ms);

  let lateBlocks = 0;
  for (const { recorded_ms } of late) lateBlocks |= 1 << blockOf(recorded_ms);
  const { buckets, bytes } = makeBlockFilter(blocks);
  return {
    fromMs,
    untilMs,
    buckets,
    events: events.length,
    attempts: early.length + late.length,
    lateBlocks,
    filter: bytes,
  };
}

const keyOf = ({ invocation_id, number }: Pick<SpanAttempt, 'invocation_id' | 'number'>): string =>
  `${invocation_id} ${number}`;

/** Rows in groups of limited size, in bytes of their texts. */
function* batches<Row extends { readonly bytes: number }>(rows: readonly Row[]): Generator<Row[]> {
  let batch: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (batch.length === TEXTS_AT_ONCE || (batch.length > 0 && bytes + row.bytes > TEXT_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(row);
    bytes += row.bytes;
  }
  if (batch.length > 0) yield batch;
}
