import { writeCursor } from './page-cursor.ts';

interface PageOf<Item> {
  /** The name of the items in the body. */
  readonly name: string;
  readonly items: readonly Item[];
  readonly hasMore: boolean;
  readonly cursorAfterLast: boolean;
  readonly place: (item: Item) => object;
  readonly toBody: (item: Item) => object;
}

/** A page with its cursors and links. */
export function pageBody<Item>(url: URL, page: PageOf<Item>): object {
  const { name, items, hasMore, cursorAfterLast, place, toBody } = page;
  const first = items[0];
  const last =
    hasMore || cursorAfterLast || url.searchParams.has('page[before]') ? items.at(-1) : undefined;
  const after = last === undefined ? undefined : writeCursor(place(last));
  const before = first === undefined ? undefined : writeCursor(place(first));
  const meta = {
    has_more: hasMore,
    ...(after === undefined ? {} : { after_cursor: after }),
    ...(before === undefined ? {} : { before_cursor: before }),
  };
  const links = {
    ...(after === undefined ? {} : { next: link(url, 'page[after]', after) }),
    ...(before === undefined ? {} : { prev: link(url, 'page[before]', before) }),
  };
  return {
    [name]: items.map(toBody),
    meta,
    ...(after === undefined && before === undefined ? {} : { links }),
  };
}

/** Recorded: the links of the service name port 443 and do not escape their brackets. */
function link(url: URL, name: string, cursor: string): string {
  const kept = [...url.searchParams].filter(
    ([key]) => key !== 'page[after]' && key !== 'page[before]',
  );
  const query = [...kept, [name, cursor]].map(
    ([key, value = '']) => `${key}=${encodeURIComponent(value)}`,
  );
  return `https://acme.zendesk.com:443${url.pathname}?${query.join('&')}`;
}
