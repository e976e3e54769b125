import type { JobState } from '../model/job.ts';

/** A job in this state cannot be changed so. */
export class JobConflict extends Error {
  override readonly name = 'JobConflict';
  readonly state: JobState;

  constructor(state: JobState, message: string) {
    super(message);
    this.state = state;
  }
}
