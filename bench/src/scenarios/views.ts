import { firstIdAt } from '@hooktrail/server/ids';
import { laneOf } from '@hooktrail/server/lanes';
import type { PageOfRows } from '../helpers/bare-read.ts';
import { readApi } from '../stage/read-api.ts';
import { DAY_MS, type HistoryPlace } from './histories.ts';

/** A page of a list: where the API has it, and the same rows as the statement takes them. */
export interface ViewPage {
  readonly path: string;
  readonly rows: PageOfRows;
}

/** One way to look at a list: pages that take turns. */
export interface View {
  readonly name: string;
  readonly pages: readonly ViewPage[];
}

/** The answer to a page. */
export interface ListBody {
  readonly invocations: readonly { readonly id: string; readonly latest_completed_at: string }[];
  readonly meta: { readonly after_cursor?: string };
}

const PAGE_SIZE = 100;
const DEEP_PAGE = 1_000;

/** The server shows the last seven days. */
const SHOWN_DAYS = 7;

/** Pages that take turns, so that one is not read again and again from the nearest cache. */
const DEEP_PAGES = 10;
const WINDOWS = 20;

const FIRST_ID = '0'.repeat(26);

/** The ways to look at the list of a webhook with half of all invocations. */
export async function views({ count, hooktrail, toMs, webhook }: HistoryPlace): Promise<View[]> {
  const list = `/api/v2/webhooks/${webhook.id}/invocations`;
  const startMs = toMs - SHOWN_DAYS * DAY_MS;
  const all: PageOfRows = {
    lane: laneOf(webhook.id),
    webhookId: webhook.id,
    filters: {},
    firstId: firstIdAt(startMs - 3 * DAY_MS),
    startAt: 'infinity',
    startId: FIRST_ID,
    end: new Date(startMs).toISOString(),
    limit: PAGE_SIZE,
  };
  const path = (query: Readonly<Record<string, string>>) =>
    `${list}?${new URLSearchParams({ 'page[size]': String(PAGE_SIZE), ...query })}`;
  const first = { path: path({}), rows: all };

  const shown = (count / 2) * (SHOWN_DAYS / (SHOWN_DAYS + 1));
  const deep = Math.max(2, Math.min(DEEP_PAGE, Math.floor(shown / PAGE_SIZE / 2)));
  const deepPages: ViewPage[] = [];
  let page: ViewPage = first;
  for (let number = 1; number < deep + DEEP_PAGES; number++) {
    const { invocations, meta } = await readApi<ListBody>(hooktrail.url, page.path);
    const last = invocations.at(-1);
    // The last page gets shorter while time goes by.
    if (meta.after_cursor === undefined || last === undefined) break;
    if (number >= deep) deepPages.push(page);
    const rows = { ...all, startAt: last.latest_completed_at, startId: last.id };
    page = { path: path({ 'page[after]': meta.after_cursor }), rows };
  }

  const windows = Array.from({ length: WINDOWS }, (_, index) => {
    const fromMs = startMs + Math.floor(((SHOWN_DAYS - 1) * DAY_MS * (index + 0.5)) / WINDOWS);
    const [from, to] = [fromMs, fromMs + DAY_MS].map((ms) => new Date(ms).toISOString()) as [
      string,
      string,
    ];
    return {
      path: path({ 'filter[from_ts]': from, 'filter[to_ts]': to }),
      rows: { ...all, end: from, startAt: new Date(fromMs + DAY_MS + 1).toISOString() },
    };
  });

  return [
    { name: 'first page', pages: [first] },
    { name: `page ${deep.toLocaleString('en')}`, pages: deepPages },
    {
      name: 'rare status',
      pages: [
        {
          path: path({ 'filter[status]': 'client error' }),
          rows: { ...all, filters: { status: 'client error' } },
        },
      ],
    },
    { name: 'one day', pages: windows },
  ];
}
