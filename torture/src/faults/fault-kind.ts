import type { Fault } from '../books/books.ts';

/** One way to do harm to a part of the run, and to put it right. */
export interface FaultKind {
  readonly name: string;
  readonly effect: Fault['effect'];
  /** How many of it are in a deck. */
  readonly copies: number;
  /** How long it lasts, between `begin` and `end`. */
  readonly lastsMs: readonly [from: number, to: number];
  /** Whether it is over with the process that it was done to. */
  readonly ofProcess: boolean;
  begin(): Promise<void> | void;
  end(): Promise<void> | void;
}
