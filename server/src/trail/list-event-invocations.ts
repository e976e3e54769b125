import type { Runner } from '../database/database.ts';
import type { Directory } from '../directory/directory.ts';
import type { OrderedWebhook } from '../directory/webhook-order.ts';
import { firstIdAt, idTimeMs } from '../model/ids.ts';
import { DAY_MS, MINUTE_MS } from '../model/time-units.ts';
import {
  readArchiveWebhooksAbove,
  readArchiveWebhooksBelow,
} from '../sql/read-archive-webhooks.ts';
import {
  readDeletedWebhooksAbove,
  readDeletedWebhooksBelow,
} from '../sql/read-deleted-webhooks.ts';
import type { StoredEventRow } from '../sql/read-event.ts';
import {
  type EventInvocationRow,
  readArchivedEventInvocations,
  readEventInvocations,
} from '../sql/read-event-invocations.ts';
import { nextId } from './next-id.ts';
import type { PageRequest } from './page.ts';
import { type BoundedPage, readBoundedPage } from './read-bounded-page.ts';

interface Parts {
  readonly database: Runner;
  readonly directory: Pick<Directory, 'webhooksInOrder'>;
}

/** An invocation of an event, with its webhook. */
export interface EventInvocation extends EventInvocationRow {
  readonly webhook: { readonly name: string; readonly deletedAt: Date | undefined };
}

interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly deletedAt: Date | undefined;
}

interface Request {
  readonly accountId: number;
  readonly event:
    | Pick<StoredEventRow, 'id' | 'source' | 'invocations_from' | 'invocations_count'>
    | Pick<StoredEventRow, 'invocations_from' | 'invocations_count'>;
  readonly page: PageRequest;
}

/** Webhooks that a page is looked for at: 5,000 probes take 29 ms. */
const MAX_PROBES = 5_000;

/** Webhooks of one statement. */
const PROBES_AT_ONCE = 500;

/** The clocks of nodes follow that of the database: a webhook is not this much younger than an event. */
const CLOCKS_MS = MINUTE_MS;

const FIRST_ID = '0'.repeat(26);
const LAST_ID = `7${'Z'.repeat(25)}`;

/**
 * Lists the invocations of an event, newest webhook first. Their ids are one range, so at each webhook
 * of the account, deleted ones too, one probe of the primary key finds the invocation, if there is one. Of
 * an event that is archived, an index does at each webhook of a remote account.
 */
export async function listEventInvocations(
  { database, directory }: Parts,
  { accountId, event, page }: Request,
): Promise<BoundedPage<EventInvocation>> {
  if ('source' in event && event.source !== null) {
    const atMs = idTimeMs(event.id);
    return walk({
      page,
      top: LAST_ID,
      webhooksBeyond: archivedBeyond,
      probe: (webhookIds) =>
        database.run(readArchivedEventInvocations, {
          webhookIds,
          eventId: event.id,
          firstId: firstIdAt(Math.max(0, atMs - DAY_MS)),
          lastId: firstIdAt(atMs + DAY_MS),
        }),
    });
  }
  const firstId = event.invocations_from;
  if (firstId === null || event.invocations_count === null) return { rows: [] };
  const lastId = nextId(firstId, event.invocations_count - 1);
  const top = firstIdAt(idTimeMs(firstId) + CLOCKS_MS);
  return walk({
    page,
    top,
    webhooksBeyond: oursBeyond,
    probe: (webhookIds) => database.run(readEventInvocations, { webhookIds, firstId, lastId }),
    // Invocations were made newest webhook first: this is the last one on the way.
    isOutermost: (id, downward) => id === (downward ? lastId : firstId),
  });

  /** The next webhooks of the account, deleted ones too, beyond an id. */
  async function oursBeyond(
    id: string,
    downward: boolean,
    top: string,
  ): Promise<readonly Candidate[]> {
    const limit = PROBES_AT_ONCE;
    const deleted = await database.run(
      downward ? readDeletedWebhooksBelow : readDeletedWebhooksAbove,
      { accountId, above: downward ? FIRST_ID : id, below: downward ? id : top, limit },
    );
    const kept = await directory.webhooksInOrder(accountId, 'id');
    const place = placeOf(kept, id);
    const start = downward ? Math.max(0, place - limit) : placeOf(kept, nextId(id, 1));
    const near = kept.slice(start, downward ? place : start + limit);
    const candidates: Candidate[] = [
      ...near.map(({ webhook }) => ({ id: webhook.id, name: webhook.name, deletedAt: undefined })),
      ...deleted.map((row) => ({ id: row.id, name: row.name, deletedAt: row.deleted_at })),
    ];
    candidates.sort((one, other) => (one.id < other.id === downward ? 1 : -1));
    return candidates.slice(0, limit);
  }

  /** The next webhooks of remote accounts beyond an id. */
  async function archivedBeyond(id: string, downward: boolean): Promise<readonly Candidate[]> {
    const rows = await database.run(
      downward ? readArchiveWebhooksBelow : readArchiveWebhooksAbove,
      {
        accountId,
        above: downward ? FIRST_ID : id,
        below: downward ? id : LAST_ID,
        limit: PROBES_AT_ONCE,
      },
    );
    return rows.map((row) => ({ id: row.id, name: row.name, deletedAt: row.gone_at ?? undefined }));
  }
}

interface Walk {
  readonly page: PageRequest;
  /** The walk begins below this id. */
  readonly top: string;
  /** The next `PROBES_AT_ONCE` webhooks beyond an id, nearest first. */
  readonly webhooksBeyond: (
    id: string,
    downward: boolean,
    top: string,
  ) => Promise<readonly Candidate[]>;
  /** The invocations of the event at some webhooks. */
  readonly probe: (webhookIds: readonly string[]) => Promise<readonly EventInvocationRow[]>;
  /** Whether no other one can follow. */
  readonly isOutermost?: (invocationId: string, downward: boolean) => boolean;
}

function walk({ page, top, webhooksBeyond, probe, isOutermost = () => false }: Walk) {
  return readBoundedPage<EventInvocation>(
    {
      descending: true,
      positionOf: ({ webhook_id: id }) => ({ key: '', id }),
      async read(direction, from, limit) {
        const downward = direction === 'forward';
        const found: EventInvocation[] = [];
        let position = from?.id ?? (downward ? top : FIRST_ID);
        for (let probed = 0; ; ) {
          const candidates = await webhooksBeyond(position, downward, top);
          const webhooks = new Map(candidates.map((candidate) => [candidate.id, candidate]));
          const rows = webhooks.size === 0 ? [] : await probe([...webhooks.keys()]);
          const ordered = rows.toSorted((one, other) =>
            one.webhook_id < other.webhook_id === downward ? 1 : -1,
          );
          for (const row of ordered) {
            found.push({ ...row, webhook: webhooks.get(row.webhook_id) as Candidate });
          }
          const ended =
            candidates.length < PROBES_AT_ONCE || found.some(({ id }) => isOutermost(id, downward));
          if (ended || found.length >= limit) return { rows: found.slice(0, limit) };
          probed += candidates.length;
          position = (candidates.at(-1) as Candidate).id;
          if (probed >= MAX_PROBES) return { rows: found, stoppedAt: { key: '', id: position } };
        }
      },
    },
    page,
  );
}

/** How many webhooks have smaller ids. */
function placeOf(webhooks: readonly OrderedWebhook[], id: string): number {
  let [low, high] = [0, webhooks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((webhooks[middle] as OrderedWebhook).id < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
