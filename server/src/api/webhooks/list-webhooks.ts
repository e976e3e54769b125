import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Directory } from '../../directory/directory.ts';
import {
  compareWebhooks,
  type OrderedWebhook,
  orderedWebhook,
  type WebhookOrder,
} from '../../directory/webhook-order.ts';
import type { Webhook } from '../../model/webhook.ts';
import type { Page, PageRequest, Position } from '../../trail/page.ts';
import { readPage } from '../../trail/read-page.ts';

/** Sort orders of the list of webhooks; a minus reverses the order. */
export type WebhookSort = 'name' | '-name' | 'status' | '-status';

interface WebhooksRequest {
  readonly nameContains?: string | undefined;
  readonly status?: string | undefined;
  /** Default: newest first. */
  readonly sort?: WebhookSort | undefined;
  readonly page: PageRequest;
  /** Instead of a cursor: the number of rows before the page. */
  readonly offset?: number | undefined;
}

/** A page, and of a page by number the number of rows of the whole list. */
interface CountedPage extends Page<Webhook> {
  readonly count: number | undefined;
}

/**
 * A page ends here, however few webhooks it has: one may have a megabyte. A page by number does not,
 * since the next one begins after as many rows as were asked for.
 */
const MAX_PAGE_BYTES = 8 * 1024 * 1024;

/** How many webhooks a filter looks at before it lets other work in. */
const LOOKED_AT = 5_000;

/**
 * Reads one page of an account's webhooks, from memory. The orders are kept by the directory, so a
 * page costs its rows; a filter looks at those that it passes over, in turns with other work. So
 * does a page by number, which counts all.
 */
export async function listWebhooks(
  directory: Pick<Directory, 'webhooksInOrder'>,
  accountId: number,
  { nameContains, status, sort, page, offset }: WebhooksRequest,
): Promise<CountedPage> {
  const descending = sort === undefined || sort.startsWith('-');
  const order: WebhookOrder = sort === undefined ? 'id' : sort.endsWith('name') ? 'name' : 'status';
  const wanted = nameContains?.toLowerCase();
  const passes = ({ name, status: its }: Webhook): boolean =>
    (status === undefined || its === status) &&
    (wanted === undefined || name.toLowerCase().includes(wanted));

  const place = offset === undefined ? undefined : await placeOf(offset);
  const last = place?.last;
  const found = await readPage<Webhook>(
    {
      descending,
      ...(offset === undefined && { fits: fitting }),
      positionOf: (webhook) => positionOf(orderedWebhook(webhook, order)),
      async read(direction, from, limit) {
        const step = descending === (direction === 'forward') ? -1 : 1;
        const found: Webhook[] = [];
        let last: Position | undefined = from;
        for (;;) {
          // The directory may have changed in the meantime: continue from the last one looked at.
          const all = await directory.webhooksInOrder(accountId, order);
          let index = firstIndex(all, last, step);
          for (let turns = 0; turns < LOOKED_AT && found.length < limit; turns++, index += step) {
            const one = all[index];
            if (one === undefined) return found;
            if (passes(one.webhook)) found.push(one.webhook);
            last = one;
          }
          if (found.length === limit) return found;
          await nextTurn();
        }
      },
    },
    last === undefined ? page : { size: page.size, after: last },
  );
  return { ...found, count: place?.count };

  /** The number of rows, and the position of the last one before a page by number. */
  async function placeOf(rows: number): Promise<{ count: number; last: Position | undefined }> {
    const all = await directory.webhooksInOrder(accountId, order);
    let count = 0;
    let before: Position | undefined;
    for (let looked = 0; looked < all.length; looked++) {
      const one = all[descending ? all.length - 1 - looked : looked] as OrderedWebhook;
      if (passes(one.webhook) && ++count <= rows) before = positionOf(one);
      if (looked % LOOKED_AT === LOOKED_AT - 1) await nextTurn();
    }
    return { count, last: before };
  }
}

/** How many of the webhooks a page holds: one at least. */
function fitting(webhooks: readonly Webhook[]): number {
  let bytes = 0;
  const end = webhooks.findIndex((webhook) => {
    bytes += sizeOf(webhook);
    return bytes > MAX_PAGE_BYTES;
  });
  return end === -1 ? webhooks.length : Math.max(1, end);
}

/** About what a webhook takes in an answer: its fields of no small bound. */
function sizeOf({ subscriptions, endpoint, customHeaders, externalSource }: Webhook): number {
  let bytes = endpoint.length;
  for (const subscription of subscriptions) bytes += subscription.length;
  for (const [name, value] of Object.entries(customHeaders ?? {})) {
    bytes += name.length + value.length;
  }
  return bytes + (externalSource === undefined ? 0 : JSON.stringify(externalSource).length);
}

function positionOf({ key, id }: OrderedWebhook): Position {
  return { key, id };
}

/** Finds the first item beyond a position in the direction of `step`; without one, from the end. */
function firstIndex(
  all: readonly OrderedWebhook[],
  from: Position | undefined,
  step: 1 | -1,
): number {
  if (from === undefined) return step === 1 ? 0 : all.length - 1;
  const position = { key: String(from.key), id: from.id };
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const compared = compareWebhooks(all[middle] as OrderedWebhook, position);
    if (compared < 0 || (step === 1 && compared === 0)) low = middle + 1;
    else high = middle;
  }
  return step === 1 ? low : low - 1;
}
