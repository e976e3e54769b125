import type { Fault } from '../books/books.ts';

/** A kind of fault: how to inject it, and how to repair it. */
export interface FaultKind {
  readonly name: string;
  readonly effect: Fault['effect'];
  /** How many copies a deck has of it. */
  readonly copies: number;
  /** The time between `begin` and `end`. */
  readonly lastsMs: readonly [from: number, to: number];
  /** Whether it ends with the process that it hit. */
  readonly ofProcess: boolean;
  begin(): Promise<void> | void;
  end(): Promise<void> | void;
}
