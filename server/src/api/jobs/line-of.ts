import { type JobState, MOST_AT_WORK, STATES_AT_WORK } from '../../model/job.ts';

interface OpenJob {
  readonly id: string;
  readonly state: JobState;
}

/** What a job that waits in line stands behind. */
export interface Line {
  readonly at_work: number;
  readonly waiting_before: number;
}

/** Where a job stands in the line of its account; undefined if it does not wait in line. */
export function lineOf({ id, state }: OpenJob, open: readonly OpenJob[]): Line | undefined {
  if (state !== 'waiting') return undefined;
  const atWork: readonly JobState[] = STATES_AT_WORK;
  const working = open.filter((one) => atWork.includes(one.state)).length;
  if (working < MOST_AT_WORK) return undefined;
  const before = open.filter((one) => one.state === 'waiting' && one.id < id).length;
  return { at_work: working, waiting_before: before };
}
