import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND_MS } from '../../model/time-units.ts';
import type { HeldJob } from './held-job.ts';
import { JobLost } from './job-lost.ts';

/** How often the lease is looked at. */
const LOOK_MS = SECOND_MS;

/**
 * Does something outside the database that may take longer than a lease; the job stays held meanwhile.
 * Its signal aborts when the job is lost, or when the node stops, which gives the job back.
 *
 * @throws JobLost
 */
export async function whileHeld<Result>(
  job: HeldJob,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const ended = new AbortController();
  const lost = new AbortController();
  // `AbortSignal.any` would keep each of these for as long as the node works (Node 20).
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  if (job.signal.aborted) stop();
  job.signal.addEventListener('abort', stop);
  const renewing = (async () => {
    while (!ended.signal.aborted) {
      await sleep(LOOK_MS, undefined, { signal: ended.signal }).catch(() => undefined);
      if (!ended.signal.aborted && job.needsRenewal) await job.move({ progress: job.row.progress });
    }
  })().catch((error: unknown) => {
    lost.abort(error);
    stop();
  });
  let result: { readonly value: Result } | { readonly error: unknown };
  try {
    result = { value: await work(stopping.signal) };
  } catch (error) {
    result = { error };
  }
  ended.abort();
  job.signal.removeEventListener('abort', stop);
  await renewing;
  if (lost.signal.aborted) throw lost.signal.reason;
  if ('value' in result) return result.value;
  if (!job.signal.aborted) throw result.error;
  await job.move({ progress: job.row.progress, release: true });
  throw new JobLost();
}
