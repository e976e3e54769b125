import { nextId } from './next-id.ts';
import type { Page, PageRequest, Position } from './page.ts';

/** Rows beyond a position, nearest first. */
export interface Stretch<Row> {
  readonly rows: readonly Row[];
  /** Where reading stopped before the limit and before the end; rows may follow. */
  readonly stoppedAt?: Position | undefined;
}

/** A list whose pages may have to end before they are full, because reading has a bound. */
export interface BoundedWalk<Row> {
  readonly positionOf: (row: Row) => Position;
  readonly descending: boolean;
  /** Reads up to `limit` rows beyond `from` (exclusive); without `from`, from the end. */
  readonly read: (
    direction: 'forward' | 'backward',
    from: Position | undefined,
    limit: number,
  ) => Promise<Stretch<Row>>;
}

/** A page, which may be short or empty although more rows follow. */
export interface BoundedPage<Row> extends Page<Row> {
  /** How far a page came that is not full; absent when it is, or at the end of the list. */
  readonly covered?: Position;
}

/**
 * Reads one page of a list. Unlike `readPage` it does not look whether a row precedes the position that
 * the reader came from: where rows are filtered, that may take as long as the page. It says that one
 * does, because the reader has been there.
 */
export async function readBoundedPage<Row>(
  { positionOf, descending, read }: BoundedWalk<Row>,
  { size, after, before }: PageRequest,
): Promise<BoundedPage<Row>> {
  const backward = before !== undefined;
  const from = before ?? after;
  const found = await read(backward ? 'backward' : 'forward', from, size + 1);
  const full = found.rows.length > size;
  const rows = found.rows.slice(0, size);
  const [nearest, farthest] = [rows[0], rows.at(-1)];
  const onward = full && farthest !== undefined ? positionOf(farthest) : found.stoppedAt;
  const back = from && (nearest === undefined ? beside(from) : positionOf(nearest));
  if (backward) rows.reverse();
  const [next, previous] = backward ? [back, onward] : [onward, back];
  return {
    rows,
    ...(next !== undefined && { after: next }),
    ...(previous !== undefined && { before: previous }),
    ...(!full && found.stoppedAt !== undefined && { covered: found.stoppedAt }),
  };

  /** So that the way back from an empty page includes a row at the position itself. */
  function beside(position: Position): Position {
    return { key: position.key, id: nextId(position.id, backward === descending ? 1 : -1) };
  }
}
