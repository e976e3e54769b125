import { useRef } from 'preact/hooks';

interface WithId {
  readonly id: string;
}

interface Loaded<Row> {
  readonly pages: readonly { readonly items: readonly Row[] }[];
  readonly rows: readonly Row[];
  /** All of them by id. */
  readonly byId: ReadonlyMap<string, Row>;
}

/**
 * The rows of the pages of a list. A page that comes to those before costs its own rows: at 100,000 rows, to
 * begin again with each page would take longer than a frame.
 */
export function useLoadedRows<Row extends WithId>(
  pages: readonly { readonly items: readonly Row[] }[] = [],
): Loaded<Row> {
  const loaded = useRef<Loaded<Row> & { readonly byId: Map<string, Row> }>();
  const before = loaded.current;
  if (before?.pages === pages) return before;
  const goesOn =
    before !== undefined &&
    pages.length >= before.pages.length &&
    before.pages.every((page, index) => page === pages[index]);
  const fresh = pages.slice(goesOn ? before.pages.length : 0).flatMap(({ items }) => items);
  const byId = goesOn ? before.byId : new Map<string, Row>();
  for (const row of fresh) byId.set(row.id, row);
  loaded.current = { pages, rows: goesOn ? before.rows.concat(fresh) : fresh, byId };
  return loaded.current;
}
