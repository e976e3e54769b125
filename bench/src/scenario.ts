import type { Quantiles } from './measure/quantiles.ts';
import type { Sizes } from './sizes.ts';
import type { Stage } from './stage/stage.ts';

/** What one run of an arm found. */
export interface Outcome {
  /** In the arm's unit. */
  readonly value: number;
  /** What was done so many times, for figures per event. */
  readonly items: number;
  readonly latency?: Quantiles;
  /** Further figures, for the JSON only. */
  readonly details?: Readonly<Record<string, number>>;
  /** A line for people, printed below the table. */
  readonly note?: string;
}

/** One line of the table: the server at something, or the limit that it is compared with. */
export interface Arm {
  readonly name: string;
  /** Such as `events/s`. */
  readonly unit: string;
  /** The arm that shows how much there was to reach. */
  readonly limit?: string;
  /** The process whose use is shown as the server's; the server when absent. */
  readonly pid?: number;
  /** Before the clock runs. `share` is the size of the run: 1, or less for the warm-up. */
  prepare?(share: number): Promise<void>;
  run(share: number): Promise<Outcome>;
  /** After the clock has stopped: checks and cleans up. */
  finish?(): Promise<void>;
}

/** One question that the bench answers. */
export interface Scenario {
  /** As it is given on the command line. */
  readonly name: string;
  /** Whether it is repeated; what takes minutes or only watches is run once. */
  readonly repeated: boolean;
  /** Makes what the arms need. Each scenario has a stage of its own, with an empty database. */
  arms(stage: Stage, sizes: Sizes): Promise<Arm[]>;
}
