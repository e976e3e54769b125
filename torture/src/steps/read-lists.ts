import { callApi } from '@hooktrail/harness/call-api';
import type { ListedIds } from '../books/trail-rows.ts';
import { TOKEN } from '../stage/token.ts';

/** A prime number: the last page is rarely full. */
const PAGE_SIZE = 37;
const TIME_LIMIT_MS = 30_000;

interface Page {
  readonly invocations: readonly { readonly id: string }[];
  readonly meta: { readonly after_cursor?: string };
}

/** Pages through the list of every webhook in both orders, as a client does. */
export async function readLists(url: string, webhookIds: readonly string[]): Promise<ListedIds[]> {
  const lists: ListedIds[] = [];
  for (const webhookId of webhookIds) {
    lists.push({
      webhookId,
      newestFirst: await readList(url, webhookId, '-latest_completed_at'),
      oldestFirst: await readList(url, webhookId, 'latest_completed_at'),
    });
  }
  return lists;
}

async function readList(url: string, webhookId: string, sort: string): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const query = new URLSearchParams({ sort, 'page[size]': String(PAGE_SIZE) });
    if (after !== undefined) query.set('page[after]', after);
    const { status, body } = await callApi<Page>({
      method: 'GET',
      token: TOKEN,
      url: `${url}/api/v2/webhooks/${webhookId}/invocations?${query}`,
      timeLimitMs: TIME_LIMIT_MS,
    });
    if (status !== 200) throw new Error(`a list was answered with ${status}`);
    for (const { id } of body.invocations) ids.push(id);
    after = body.meta.after_cursor;
  } while (after !== undefined);
  return ids;
}
