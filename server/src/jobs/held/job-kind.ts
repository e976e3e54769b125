import type { JobKindName } from '../../model/job.ts';
import type { HeldJob } from './held-job.ts';

/** What a kind of jobs does; `JobRunner` takes the jobs and hands each to its kind. */
export interface JobKind {
  readonly name: JobKindName;
  /**
   * Carries a job on until it has nothing to do any more or `job.signal` aborts; it moves the job at least
   * every `RENEW_MS`. A job that is held while `paused`, `stopped`, `cancelled` or `done` is one to finish: what
   * was in flight is counted.
   *
   * @throws JobLost when people changed its state or another node has it.
   */
  run(job: HeldJob): Promise<void>;
}
