import type { Items, Page } from '../results/page.ts';

/** The items and pages from the page that `first` returns on. */
export const itemsFrom = <T extends { id: unknown }>(
  first: () => Page<T> | Promise<Page<T>>,
  sort: string | undefined,
): Items<T> => {
  async function* pages() {
    for (let page: Page<T> | null = await first(); page; page = await page.next()) yield page;
  }

  async function* items() {
    for await (const page of pages()) yield* page.items;
  }

  const all: Items<T>['all'] = async ({ limit = Infinity } = {}) => {
    const found: T[] = [];
    if (limit <= 0) return found;
    for await (const item of items()) {
      found.push(item);
      if (found.length >= limit) break;
    }
    return found;
  };

  async function* uniqueById() {
    const seen = new Set<unknown>();
    const isFirst = ({ id }: T) => seen.size < seen.add(id).size;
    if (sort === 'latest_completed_at') {
      // Here the newest row of an id is its last one.
      const rows = await all();
      yield* rows.reverse().filter(isFirst).reverse();
    } else {
      for await (const item of items()) if (isFirst(item)) yield item;
    }
  }

  return { [Symbol.asyncIterator]: items, pages, all, uniqueById };
};
