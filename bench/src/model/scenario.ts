import type { Watched } from '../measure/usage-meter.ts';
import type { Stage } from '../stage/stage.ts';
import type { Place } from '../stage/start-place.ts';
import type { ArmRuns } from './arm-runs.ts';
import type { Outcome } from './outcome.ts';
import type { Sizes } from './sizes.ts';

/** One line of the table: the server under a load, or the limit that it is compared with. */
export interface Arm {
  readonly name: string;
  /** Such as `events/s`. */
  readonly unit: string;
  /** The arm that shows what could be reached at most. */
  readonly limit?: string;
  /** The server that is measured, if it is not the stage's. */
  readonly place?: Place;
  /** The processes shown as the server and as PostgreSQL, if they are not the stage's. */
  watched?(): Partial<Watched>;
  /** Runs before the clock starts. `share` is the size of the run: 1, or less for the warm-up. */
  prepare?(share: number): Promise<void>;
  run(share: number): Promise<Outcome>;
  /** Runs after the clock has stopped: checks and cleans up. */
  finish?(): Promise<void>;
}

/** One question that the bench answers. */
export interface Scenario {
  /** Its name on the command line. */
  readonly name: string;
  /** Whether it runs in rounds; a scenario that takes minutes or only watches runs once. */
  readonly repeated: boolean;
  /**
   * It reuses the stage of this scenario if that ran just before: its history takes minutes to
   * fill.
   */
  readonly after?: string;
  /** Prepares what the arms need. Each scenario has its own stage, whose database has old days. */
  arms(stage: Stage, sizes: Sizes): Promise<Arm[]>;
  /** Lines for people that compare the runs of several arms. */
  notes?(arms: readonly ArmRuns[]): string[];
}
