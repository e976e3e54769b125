import { MOST_OPEN } from '../model/job.ts';

/** An account has as many jobs as it may have that have not ended. */
export class TooManyJobs extends Error {
  override readonly name = 'TooManyJobs';

  constructor() {
    super(
      `this account has ${MOST_OPEN} jobs that have not ended: cancel one, or wait until one is done`,
    );
  }
}
