import type { Watched } from '../measure/usage-meter.ts';
import type { Stage } from '../stage/stage.ts';
import type { ArmRuns } from './arm-runs.ts';
import type { Outcome } from './outcome.ts';
import type { Sizes } from './sizes.ts';

/** One line of the table: the server at something, or the limit that it is compared with. */
export interface Arm {
  readonly name: string;
  /** Such as `events/s`. */
  readonly unit: string;
  /** The arm that shows how much there was to reach. */
  readonly limit?: string;
  /** Whose use is shown as the server's and as PostgreSQL's, where it is not the stage's. */
  watched?(): Partial<Watched>;
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
  /** It runs on the stage of this scenario where that ran just before: what it needs takes minutes to make. */
  readonly after?: string;
  /** Makes what the arms need. Each scenario has a stage of its own, with an empty database. */
  arms(stage: Stage, sizes: Sizes): Promise<Arm[]>;
  /** Lines for people about what the runs of several arms say together. */
  notes?(arms: readonly ArmRuns[]): string[];
}
