import type { ComponentChildren } from 'preact';
import type { usePages } from '../data/use-pages.ts';
import { Failure } from './failure.tsx';
import { Loading } from './loading.tsx';
import { MoreButton } from './more-button.tsx';
import { type Head, Table } from './table.tsx';

/** A list that is read page by page, in all its states: loading, failed, empty, and with rows. */
export function PagedTable<Item>({
  list,
  what,
  heads,
  empty,
  children,
}: {
  list: ReturnType<typeof usePages<Item>>;
  /** What it lists, such as "events". */
  what: string;
  heads: readonly Head[];
  /** What to say where there is nothing. */
  empty: ComponentChildren;
  /** The row of an item. */
  children: (item: Item) => ComponentChildren;
}) {
  return (
    <>
      {list.error && (
        <Failure what="The list" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isLoading && <Loading what={what} />}
      {list.isSuccess && list.rows.length === 0 && empty}
      {list.rows.length > 0 && (
        <div class="card">
          <Table heads={heads}>{list.rows.map(children)}</Table>
          <MoreButton list={list} />
        </div>
      )}
    </>
  );
}
