import { captureAgain } from '../../accept/capture-again.ts';
import { compileKeys } from '../../accept/compile-keys.ts';
import type { Runner } from '../../database/database.ts';
import type { Directory } from '../../directory/directory.ts';
import type { Account } from '../../model/account.ts';
import { keyHash } from '../../model/key-hash.ts';
import { laneOf } from '../../model/lanes.ts';
import type { ErasedInvocation } from '../../sql/erase-invocations.ts';
import { NO_WEBHOOK } from '../../sql/insert-erase-items.ts';
import { inFamily } from '../../sql/parts/in-family.ts';
import { nodesOf } from '../../sql/parts/key-nodes.ts';
import type { EraseItemRow } from '../../sql/read-erase-items.ts';
import { readEvent } from '../../sql/read-event.ts';
import { readInvocation } from '../../sql/read-invocation.ts';
import { readJobCopies } from '../../sql/read-job-copies.ts';
import { readKeyedEvents } from '../../sql/read-keyed-events.ts';
import { listEventInvocations } from '../../trail/list-event-invocations.ts';
import type { Position } from '../../trail/page.ts';
import type { EraseSkipReason } from './erase-skip-reason.ts';

interface Parts {
  readonly database: Runner;
  readonly directory: Directory;
}

/** What erasing an item takes, or why it is not erased. */
export interface Erasable {
  readonly item: EraseItemRow;
  readonly skip: EraseSkipReason | undefined;
  readonly isEvent: boolean;
  readonly publicId: string | null;
  readonly invocations: readonly ErasedInvocation[];
  /** Where the index of keys has its values. */
  readonly nodes: readonly number[];
}

interface Found extends ErasedInvocation {
  readonly erased: boolean;
}

/** Webhooks of one page: a page looks at 5,000. */
const PAGE = 1_000;

const ALL_BYTES = 2 ** 30;

/** Copies of copies: each round finds those of the round before. */
const MOST_ROUNDS = 10;

/** Reads what erasing an item takes. */
export async function readErasable(
  parts: Parts,
  accountId: number,
  item: EraseItemRow,
): Promise<Erasable> {
  const { database } = parts;
  const family = item.archived ? 'archived' : 'local';
  const skipped = (skip: EraseSkipReason): Erasable => ({
    item,
    skip,
    isEvent: item.webhook_id === NO_WEBHOOK,
    publicId: null,
    invocations: [],
    nodes: [],
  });
  if (item.webhook_id !== NO_WEBHOOK) {
    const { id, webhook_id: webhookId } = item;
    const one = { lane: laneOf(webhookId), webhookId, id };
    const [row] = await database.run(inFamily(readInvocation, family), one);
    if (row === undefined) return skipped('gone');
    if (row.erased_at !== null) return skipped('erased before');
    if (row.due_at !== null) return skipped('waiting');
    const found = [{ webhookId, id, erased: false }];
    const copies = item.archived ? [] : await copiesOf(database, accountId, found);
    if (copies === 'waiting') return skipped('waiting');
    return { ...skipped('gone'), skip: undefined, invocations: [...found, ...copies] };
  }
  const [event] = await database.run(inFamily(readEvent, family), { accountId, id: item.id });
  if (event === undefined) return skipped('gone');
  if (!item.archived && event.invocations_count === null) return skipped('earlier version');
  const found: Found[] = [];
  let after: Position | undefined;
  do {
    const page = await listEventInvocations(parts, {
      accountId,
      event,
      page: { size: PAGE, ...(after !== undefined && { after }) },
    });
    if (page.rows.some(({ due_at: dueAt }) => dueAt !== null)) return skipped('waiting');
    for (const { erased_at: erasedAt, id, webhook_id: webhookId } of page.rows) {
      found.push({ id, webhookId, erased: erasedAt !== null });
    }
    ({ after } = page);
  } while (after !== undefined);
  const copies = item.archived ? [] : await copiesOf(database, accountId, found);
  if (copies === 'waiting') return skipped('waiting');
  const invocations = [...found, ...copies];
  // What came to an event while it was erased, a copy or what was archived then, goes the next time.
  if (event.erased_at !== null && invocations.every(({ erased }) => erased)) {
    return skipped('erased before');
  }
  return {
    item,
    skip: undefined,
    isEvent: true,
    publicId: event.own_id ?? item.id,
    invocations,
    nodes: item.archived ? [] : await nodesOfEvent(parts, accountId, item.id),
  };
}

/** The invocations of an event that jobs have made at other webhooks. */
async function copiesOf(
  database: Runner,
  accountId: number,
  origins: readonly Found[],
): Promise<'waiting' | readonly Found[]> {
  const known = new Set(origins.map(({ id }) => id));
  const copies: Found[] = [];
  let last = origins;
  for (let round = 0; round < MOST_ROUNDS && last.length > 0; round++) {
    const invocationIds = last.map(({ id }) => id);
    const made = await database.run(readJobCopies, { accountId, invocationIds });
    const fresh: Found[] = [];
    for (const { id, webhook_id: webhookId } of made) {
      if (known.has(id)) continue;
      known.add(id);
      const one = { lane: laneOf(webhookId), webhookId, id };
      const [row] = await database.run(readInvocation, one);
      if (row === undefined) continue;
      if (row.due_at !== null) return 'waiting';
      fresh.push({ webhookId, id, erased: row.erased_at !== null });
    }
    copies.push(...fresh);
    last = fresh;
  }
  return copies;
}

async function nodesOfEvent(
  { database, directory }: Parts,
  accountId: number,
  id: string,
): Promise<readonly number[]> {
  const events = [{ accountId, id }];
  const [event] = await database.run(readKeyedEvents, { events, maxBytes: ALL_BYTES });
  if (event === undefined || event.body === null) return [];
  const account = directory.account(accountId) as Account;
  const keys = compileKeys(account);
  const { hashes } = captureAgain(keys, event.body, undefined);
  const headers = JSON.parse(event.key_headers ?? '{}') as Record<string, string>;
  const ofHeaders = keys.headers.flatMap(({ header, seed }) =>
    Object.hasOwn(headers, header) ? [keyHash(seed, headers[header] as string)] : [],
  );
  return [...new Set([...hashes, ...ofHeaders].flatMap(nodesOf))];
}
