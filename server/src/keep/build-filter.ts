import { setImmediate as nextTurn } from 'node:timers/promises';
import { captureAgain } from '../accept/capture-again.ts';
import { compileKeys } from '../accept/compile-keys.ts';
import type { KeyedEventHashes } from '../accept/key-batches.ts';
import type { Runner } from '../database/database.ts';
import type { Account } from '../model/account.ts';
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
  readonly accounts: readonly KeyedAccount[];
}

/** An account with its keys. */
type KeyedAccount = Pick<Account, 'id' | 'keys'>;

/** A filter, and what was found on the way. */
interface BuiltFilter {
  readonly filter: FilterRow;
  /** What events of nodes of versions before keys are found by. */
  readonly unkeyed: readonly KeyedEventHashes[];
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

/**
 * Makes the filter of a span; undefined if it has more than `mostRows` events, or attempts of a kind.
 * While an installation is upgraded, nodes of versions before keys accept events without a word of what
 * they are found by: that is taken from their bodies here, where all bodies are read once.
 */
export async function buildFilter(
  { accounts, database }: Parts,
  { fromMs, untilMs }: Span,
  mostRows: number,
): Promise<BuiltFilter | undefined> {
  const ids = { fromId: firstIdAt(fromMs), untilId: firstIdAt(untilMs), limit: mostRows + 1 };
  const events: SpanEvent[] = [];
  for (let start = 0; start < accounts.length; start += ACCOUNTS_AT_ONCE) {
    const accountIds = accounts.slice(start, start + ACCOUNTS_AT_ONCE).map(({ id }) => id);
    events.push(...(await database.run(readSpanEvents, { ...ids, accountIds })));
    if (events.length > mostRows) return undefined;
  }
  const early = await database.run(readSpanAttempts, ids);
  const late = await database.run(readLateAttempts, { fromMs, untilMs, limit: ids.limit });
  if (early.length > mostRows || late.length > mostRows) return undefined;

  const unkeyed: KeyedEventHashes[] = [];
  const accountsById = new Map(accounts.map((account) => [account.id, account]));
  /** What an event is found by: the keys that its account had when it was accepted, and has. */
  function hashesOf({ account_id: accountId, id }: SpanEvent, body: string): KeyedEventHashes {
    const ms = idTimeMs(id);
    const all = accountsById.get(accountId)?.keys ?? [];
    const keys = all.filter(({ sinceMs }) => sinceMs <= ms);
    const compiled = compileKeys({
      id: accountId,
      keys: keys.length === all.length ? all : keys,
    });
    return { accountId, eventId: id, hashes: captureAgain(compiled, body, undefined).hashes };
  }

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
    const byId = new Map(some.map((event) => [event.id, event]));
    for (const { id, body } of await database.run(readEvents, {
      events: keys,
      maxBytes: Number.MAX_SAFE_INTEGER,
    })) {
      // It was erased.
      if (body === null) continue;
      const event = byId.get(id) as SpanEvent;
      await add(idTimeMs(id), body, event.account_id);
      if (event.unkeyed) unkeyed.push(hashesOf(event, body));
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
  const filter = {
    fromMs,
    untilMs,
    buckets,
    events: events.length,
    attempts: early.length + late.length,
    lateBlocks,
    filter: bytes,
  };
  return { filter, unkeyed };
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
