import type { Page, PageRequest } from '../../trail/page.ts';
import { readPage } from '../../trail/read-page.ts';

/** Every id lies strictly between these. */
const BELOW_ALL = '0'.repeat(26);
const ABOVE_ALL = `7${'Z'.repeat(25)}`;

interface NewestFirst<Row> {
  readonly idOf: (row: Row) => string;
  /** Rows with smaller ids than `id`, largest first. */
  readonly below: (id: string, limit: number) => Promise<readonly Row[]>;
  /** Rows with larger ids than `id`, smallest first. */
  readonly above: (id: string, limit: number) => Promise<readonly Row[]>;
}

/** Reads one page of a list that is ordered by id alone, newest first. */
export function readNewestFirst<Row>(
  { idOf, below, above }: NewestFirst<Row>,
  request: PageRequest,
): Promise<Page<Row>> {
  return readPage<Row>(
    {
      descending: true,
      positionOf: (row) => ({ key: '', id: idOf(row) }),
      read: (direction, from, limit) =>
        direction === 'forward'
          ? below(from?.id ?? ABOVE_ALL, limit)
          : above(from?.id ?? BELOW_ALL, limit),
    },
    request,
  );
}
