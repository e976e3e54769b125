import type { Usage } from '../measure/usage-meter.ts';
import type { Outcome } from './outcome.ts';

/** One measured run. */
export interface Run extends Outcome {
  readonly usage: Usage | undefined;
  /** Bytes that PostgreSQL wrote into its write-ahead log. */
  readonly walBytes: number;
}

/** All measured runs of one arm, in the order of the rounds. */
export interface ArmRuns {
  readonly name: string;
  readonly unit: string;
  readonly limit: string | undefined;
  readonly runs: readonly Run[];
}
