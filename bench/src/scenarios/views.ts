import { firstIdAt } from '@hooktrail/server/ids';
import { laneOf } from '@hooktrail/server/lanes';
import { DAY_MS } from '@hooktrail/server/time-units';
import type { PageOfRows } from '../helpers/bare-read.ts';
import { requestApi } from '../stage/request-api.ts';
import type { HistoryPlace } from './histories.ts';

/** A page of a list: its path in the API, and the parameters of the statement for the same rows. */
export interface ViewPage {
  readonly path: string;
  readonly rows: PageOfRows;
}

/** One way to read a list: pages that take turns. */
export interface View {
  readonly name: string;
  readonly pages: readonly ViewPage[];
}

/** The body of a page. */
export interface ListBody {
  readonly invocations: readonly { readonly id: string; readonly latest_completed_at: string }[];
  readonly meta: { readonly after_cursor?: string };
}

const PAGE_SIZE = 100;
const DEEP_PAGE = 1_000;

/** The server shows the last seven days. */
const SHOWN_DAYS = 7;

/** Several pages take turns, so no page is always read from the nearest cache. */
const DEEP_PAGES = 10;
const WINDOWS = 20;

const FIRST_ID = '0'.repeat(26);

/** The ways to read the list of a webhook that has half of all invocations. */
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
    const { invocations, meta } = await requestApi<ListBody>(hooktrail.url, 'GET', page.path);
    const last = invocations.at(-1);
    // The last page shrinks while time passes.
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
