import { nextId } from './next-id.ts';
import type { Page, PageRequest, Position } from './page.ts';

/** A list that can be read from any position in either direction. */
export interface Walk<Row> {
  readonly descending: boolean;
  readonly positionOf: (row: Row) => Position;
  /** How many of the rows that were read a page can hold; without it all. */
  readonly fits?: (rows: readonly Row[]) => number;
  /** Reads `limit` rows beyond `from` (exclusive), nearest first; without `from`, from the end. */
  readonly read: (
    direction: 'forward' | 'backward',
    from: Position | undefined,
    limit: number,
  ) => Promise<readonly Row[]>;
}

/**
 * Reads one page. It holds rows strictly beyond the requested position, so inserts never repeat or
 * skip an unchanged row. One row more than the page size shows whether the list continues. On the
 * side that the reader came from this takes another read, because the row there may have moved or
 * been deleted. Both reads run in parallel.
 */
export async function readPage<Row>(walk: Walk<Row>, request: PageRequest): Promise<Page<Row>> {
  const { size } = request;
  const backward = request.before !== undefined;
  const from = request.before ?? request.after;
  // A row at the position itself belongs to the other side.
  const beyond = from && beside(from, backward === walk.descending ? 1 : -1);
  const [found, behind] = await Promise.all([
    walk.read(backward ? 'backward' : 'forward', from, size + 1),
    beyond && walk.read(backward ? 'forward' : 'backward', beyond, 1),
  ]);
  const rows = found.slice(0, Math.min(size, walk.fits?.(found) ?? size));
  const continues = found.length > rows.length;
  if (backward) rows.reverse();

  const cameFrom = behind !== undefined && behind.length > 0;
  const first = rows[0];
  const last = rows.at(-1);
  // An empty page is at the position itself.
  const start = first === undefined ? beyond : walk.positionOf(first);
  const end = last === undefined ? beyond : walk.positionOf(last);
  const more = backward ? cameFrom : continues;
  const less = backward ? continues : cameFrom;
  return {
    rows,
    ...(more && end !== undefined && { after: end }),
    ...(less && start !== undefined && { before: start }),
  };
}

/** The adjacent position, so that "beyond it" includes a row at the given one. */
function beside(position: Position, step: 1 | -1): Position {
  return { key: position.key, id: nextId(position.id, step) };
}
