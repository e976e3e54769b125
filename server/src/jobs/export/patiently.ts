import { MINUTE_MS, SECOND_MS } from '../../model/time-units.ts';
import type { HeldJob } from '../held/held-job.ts';
import { JobLost } from '../held/job-lost.ts';
import { whileHeld } from '../held/while-held.ts';
import { ExportUnavailable } from '../places/export-unavailable.ts';

/** A restart of a store and most of its troubles are over by then; other jobs of the account wait meanwhile. */
const MOST_AWAY_MS = 15 * MINUTE_MS;

const FIRST_WAIT_MS = SECOND_MS / 2;
const LONGEST_WAIT_MS = 15 * SECOND_MS;

/**
 * Does something at the place of exports. While that is away or busy, the job waits, says for what, and tries
 * again.
 *
 * @throws ExportUnavailable if that does not pass, or not in time
 * @throws JobLost
 */
export async function patiently<Result>(
  job: HeldJob,
  work: (signal: AbortSignal) => Promise<Result>,
  mostMs = MOST_AWAY_MS,
): Promise<Result> {
  const sinceMs = performance.now();
  for (let tries = 0; ; tries++) {
    let failure: ExportUnavailable;
    try {
      const result = await whileHeld(job, work);
      // Another holder may have said it before it died.
      if (job.row.reason) await say(job, undefined);
      return result;
    } catch (error) {
      if (!(error instanceof ExportUnavailable) || !error.isPassing) throw error;
      failure = error;
    }
    const forMs = performance.now() - sinceMs;
    if (forMs >= mostMs) {
      const { message, reason } = failure;
      const forMinutes = Math.max(1, Math.round(forMs / MINUTE_MS));
      throw new ExportUnavailable(`${message}, for ${forMinutes} min now`, {
        cause: failure,
        reason,
      });
    }
    await say(job, failure);
    const longestMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries);
    await whileHeld(job, async () => {
      await job.wait((longestMs * (1 + Math.random())) / 2);
      if (job.signal.aborted) throw new JobLost();
    });
  }
}

/** People see what a job at work waits for. */
async function say(job: HeldJob, failure: ExportUnavailable | undefined): Promise<void> {
  await job.move({
    progress: job.row.progress,
    reasonCode: failure?.reason,
    reason: failure && `${failure.message}: the job tries again`,
  });
}
