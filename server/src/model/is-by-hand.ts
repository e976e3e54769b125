import type { Leased } from './leased.ts';

/** Whether somebody asked for this very attempt: it passes what holds others back. One of a job does not. */
export function isByHand({ manual, jobId }: Pick<Leased, 'manual' | 'jobId'>): boolean {
  return manual && jobId === undefined;
}
