import type { Query } from '@hooktrail/sdk/query';
import type { Account } from '../../model/account.ts';
import { UnservedField } from '../../query/unserved-field.ts';
import { matchesKeys } from '../../search/keys/matches-keys.ts';
import { type EraseItem, NO_WEBHOOK } from '../../sql/insert-erase-items.ts';
import { inFamily } from '../../sql/parts/in-family.ts';
import type { TrailRow } from '../../sql/read-created-invocations.ts';
import { readEvents } from '../../sql/read-events.ts';
import type { Position } from '../../trail/page.ts';
import { compileEventQuery } from '../export/compile-event-query.ts';
import { openEventSelection } from '../export/open-event-selection.ts';
import {
  compileSelection,
  openSelection,
  type Selection,
  type SelectionParts,
} from '../replay/list-selection.ts';
import type { EraseSpec } from './erase-spec.ts';

/** A page of what is to be erased. */
interface ErasePage {
  readonly items: readonly EraseItem[];
  readonly after: Position | undefined;
  /** The share of its walk that lies behind the page, where that is known. */
  readonly share: number | undefined;
}

/** A walk over a part of what a query selects. */
export type EraseWalk = (after: Position | undefined, size: number) => Promise<ErasePage>;

/** Archived bodies that are compared at once: 1 MiB each at most. */
const BODIES_AT_ONCE = 16;

/** Archived bodies of one page: it must not take as long as a lease. */
const BODIES_OF_PAGE = 100;

/** More than the longest body. */
const ALL_BYTES = 2 ** 30;

/**
 * The walks over what a query selects: its invocations, with their events; the events that went to no
 * webhook; and where it asks for values of keys, which no index has of archived events, those that are archived.
 */
export async function openEraseWalks(
  parts: SelectionParts,
  accountId: number,
  { before_ms: beforeMs, query }: EraseSpec,
): Promise<readonly EraseWalk[]> {
  const account = parts.directory.account(accountId) as Account;
  const { keys } = compileSelection(query, beforeMs, account);
  const asked = { beforeMs, descending: false };
  const invocations = await openSelection(parts, accountId, { ...asked, query });
  const walks: EraseWalk[] = [walkOf(invocations, { goneOf })];
  if (isOfEvents(query, beforeMs, account)) {
    const read = await openEventSelection(parts, accountId, { before_ms: beforeMs, query });
    walks.push(async (after, size) => {
      const page = await read(after, size);
      const items = page.rows.map(({ id, source }) => ({
        webhookId: NO_WEBHOOK,
        id,
        archived: source !== null,
      }));
      return { items, after: page.after, share: undefined };
    });
  }
  if (keys.length > 0) {
    const others: Query = [
      ...query.filter(({ field }) => field !== 'json' && field !== 'header'),
      { field: 'origin', values: ['local'], not: true },
    ];
    const archived = await openSelection(parts, accountId, { ...asked, query: others });
    const walk = walkOf(archived, { choose: matching, goneOf });
    walks.push((after, size) => walk(after, Math.min(size, BODIES_OF_PAGE)));
  }
  return walks;

  /** Events of rows that are no longer kept: answers may be kept longer than what was sent. */
  async function goneOf(rows: readonly TrailRow[]): Promise<ReadonlySet<string>> {
    const ids = new Set(rows.flatMap(({ event_id: id }) => (id === null ? [] : [id])));
    if (ids.size === 0) return ids;
    const events = [...ids].map((id) => ({ accountId, id }));
    const kept = await parts.database.run(inFamily(readEvents, 'local'), { events, maxBytes: 0 });
    for (const { id } of kept) ids.delete(id);
    return ids;
  }

  /** Those of archived invocations whose event has the values. */
  async function matching(rows: readonly TrailRow[]): Promise<readonly TrailRow[]> {
    const ids = [...new Set(rows.flatMap(({ event_id: id }) => (id === null ? [] : [id])))].sort();
    const found = new Set<string>();
    for (let at = 0; at < ids.length; at += BODIES_AT_ONCE) {
      const events = ids.slice(at, at + BODIES_AT_ONCE).map((id) => ({ accountId, id }));
      const read = inFamily(readEvents, 'archived');
      for (const { body, id } of await parts.database.run(read, { events, maxBytes: ALL_BYTES })) {
        if (body !== null && matchesKeys({ body, key_headers: null }, keys)) found.add(id);
      }
    }
    return rows.filter(({ event_id: id }) => id !== null && found.has(id));
  }
}

interface Choice {
  readonly choose?: (rows: readonly TrailRow[]) => Promise<readonly TrailRow[]>;
  readonly goneOf: (rows: readonly TrailRow[]) => Promise<ReadonlySet<string>>;
}

function walkOf(selection: Selection, { choose, goneOf }: Choice): EraseWalk {
  return async (after, size) => {
    const page = await selection.read(after, size);
    const items = new Map<string, EraseItem>();
    const rows = choose === undefined ? page.rows : await choose(page.rows);
    const isArchived = ({ webhook_id: webhookId }: TrailRow) =>
      selection.webhooks.get(webhookId)?.family === 'archived';
    const gone = await goneOf(rows.filter((row) => !isArchived(row)));
    for (const row of rows) {
      const { event_id: eventId, id, webhook_id: webhookId } = row;
      const archived = isArchived(row);
      const item =
        eventId === null || gone.has(eventId)
          ? { webhookId, id, archived }
          : { webhookId: NO_WEBHOOK, id: eventId, archived };
      items.set(`${item.webhookId} ${item.id}`, item);
    }
    const { fromMs, toMs } = page.covered;
    const share =
      page.after === undefined
        ? 1
        : Math.min(1, selection.lengthMs([fromMs, toMs]) / selection.lengthMs());
    return { items: [...items.values()], after: page.after, share };
  };
}

/** Whether a query asks for nothing that only invocations have. */
function isOfEvents(query: Query, beforeMs: number, account: Account): boolean {
  try {
    compileEventQuery(query, beforeMs, account);
    return true;
  } catch (error) {
    if (error instanceof UnservedField) return false;
    throw error;
  }
}
