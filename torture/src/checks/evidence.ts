import type { Books } from '../books/books.ts';
import type {
  CountedRow,
  JobAtTheEnd,
  ListedIds,
  RemoteAtTheEnd,
  TrailRows,
} from '../books/trail-rows.ts';

/** What the checks compare, after everything has finished. */
export interface Evidence {
  readonly books: Books;
  readonly trail: TrailRows;
  readonly lists: readonly ListedIds[];
  readonly counts: readonly CountedRow[];
  readonly jobs: readonly JobAtTheEnd[];
  /** Those that the nodes archive; none by default. */
  readonly remotes: readonly RemoteAtTheEnd[];
  /** The webhook that gets copies. */
  readonly copies: string;
  /** The webhook with a backlog. */
  readonly backlogged: string;
  /** How long faults happened, times the number of nodes. */
  readonly nodeMinutes: number;
}

/** Checks one promise; returns a line for each case in which it is broken. */
export type Check = (evidence: Evidence) => string[];
