import { nextId } from './next-id.ts';
import type { Page, PageRequest, Position } from './page.ts';

/** A list that can be walked from any position in either direction. */
export interface Walk<Row> {
  readonly descending: boolean;
  readonly positionOf: (row: Row) => Position;
  /** The first `limit` rows beyond `from` (not including it), nearest first; from the end if absent. */
  readonly read: (
    direction: 'forward' | 'backward',
    from: Position | undefined,
    limit: number,
  ) => Promise<readonly Row[]>;
}

/**
 * Reads one page. A page holds rows strictly beyond the position it was asked for, so whatever else
 * is inserted, no row that did not change is repeated or skipped. One row more than the page tells
 * whether the list goes on; whether it goes on at the other side, where the reader came from, costs
 * one more look, because the row there may have moved or gone since. Both are asked at once.
 */
export async function readPage<Row>(walk: Walk<Row>, request: PageRequest): Promise<Page<Row>> {
  const { size } = request;
  const backward = request.before !== undefined;
  const from = request.before ?? request.after;
  // What is on the position itself belongs to the other side.
  const beyond = from && beside(from, backward === walk.descending ? 1 : -1);
  const [found, behind] = await Promise.all([
    walk.read(backward ? 'backward' : 'forward', from, size + 1),
    beyond && walk.read(backward ? 'forward' : 'backward', beyond, 1),
  ]);
  const rows = found.slice(0, size);
  if (backward) rows.reverse();
  const goesOn = found.length > size;

  const cameFrom = behind !== undefined && behind.length > 0;
  const first = rows[0];
  const last = rows.at(-1);
  // An empty page lies at the position itself.
  const start = first === undefined ? beyond : walk.positionOf(first);
  const end = last === undefined ? beyond : walk.positionOf(last);
  const more = backward ? cameFrom : goesOn;
  const less = backward ? goesOn : cameFrom;
  return {
    rows,
    ...(more && end !== undefined && { after: end }),
    ...(less && start !== undefined && { before: start }),
  };
}

/** The nearest position to one: so that "beyond it" includes a row on the one given. */
function beside(position: Position, step: 1 | -1): Position {
  return { key: position.key, id: nextId(position.id, step) };
}
