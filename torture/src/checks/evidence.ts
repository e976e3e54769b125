import type { Books } from '../books/books.ts';
import type { ListedIds, TrailRows } from '../books/trail-rows.ts';

/** All that the checks look at, after everything has finished. */
export interface Evidence {
  readonly books: Books;
  readonly trail: TrailRows;
  readonly lists: readonly ListedIds[];
}

/** Promises that were not kept: a line for each case. */
export type Check = (evidence: Evidence) => string[];
