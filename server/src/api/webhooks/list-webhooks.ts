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

/** A page, and the number of rows of the whole list. */
interface CountedPage extends Page<Webhook> {
  readonly count: number;
}

/** Names sort case-insensitively. */
function keyOf(webhook: Webhook, sort: WebhookSort | undefined): string {
  if (sort === undefined) return '';
  return sort.endsWith('name') ? webhook.name.toLowerCase() : webhook.status;
}

function compare(one: Position, other: Position): number {
  if (one.key !== other.key) return one.key < other.key ? -1 : 1;
  if (one.id === other.id) return 0;
  return one.id < other.id ? -1 : 1;
}

/** Reads one page of an account's webhooks, from memory. */
export async function listWebhooks(
  webhooks: readonly Webhook[],
  { nameContains, status, sort, page, offset = 0 }: WebhooksRequest,
): Promise<CountedPage> {
  const descending = sort === undefined || sort.startsWith('-');
  const wanted = nameContains?.toLowerCase();
  const rows = webhooks
    .filter(
      (webhook) =>
        (wanted === undefined || webhook.name.toLowerCase().includes(wanted)) &&
        (status === undefined || webhook.status === status),
    )
    .map((webhook) => ({ webhook, position: { key: keyOf(webhook, sort), id: webhook.id } }))
    .sort((one, other) => compare(one.position, other.position));

  const before = Math.min(offset, rows.length);
  const last = before === 0 ? undefined : rows.at(descending ? -before : before - 1);
  const found = await readPage<Webhook>(
    {
      descending,
      positionOf: (webhook) => ({ key: keyOf(webhook, sort), id: webhook.id }),
      async read(direction, from, limit) {
        const downward = descending === (direction === 'forward');
        const sign = downward ? -1 : 1;
        const ordered = downward ? rows.toReversed() : rows;
        return ordered
          .filter((row) => from === undefined || sign * compare(row.position, from) > 0)
          .slice(0, limit)
          .map((row) => row.webhook);
      },
    },
    last === undefined ? page : { size: page.size, after: last.position },
  );
  return { ...found, count: rows.length };
}
