import { list } from '../internal/list.ts';
import { readOne } from '../internal/read-one.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
import type { Job, JobEstimate, JobInput, SkippedItem } from '../models/job.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import type { PagePromise } from '../results/page-promise.ts';
import type { PageQuery } from '../results/page-query.ts';
import { jobEstimate, job as jobShape, skippedItem } from '../shapes/job.ts';

/** The page of a list of jobs. */
export type ListJobsQuery = Omit<PageQuery, 'sort'>;

/** How a job is waited for. */
export interface WaitForJobOptions extends CallOptions {
  /** Called with the job at each look. */
  readonly onProgress?: ((job: Job) => void) | undefined;
  /** How often it looks, in milliseconds; 1,000 by default. */
  readonly everyMs?: number | undefined;
}

/** Jobs that send again what a query selects. */
export interface Jobs {
  /**
   * Creates a job. The client does not retry this call after a timeout or a broken connection, because a
   * repeat would create another job.
   *
   * @param job - What to send again, and how.
   * @param options - Apply to this call.
   */
  create(job: JobInput, options?: CallOptions): APIPromise<Job>;

  /**
   * Says what a job would do, and creates nothing.
   *
   * @param job - What to send again, and how.
   * @param options - Apply to this call.
   */
  dryRun(job: JobInput, options?: CallOptions): APIPromise<JobEstimate>;

  /**
   * Lists the jobs, newest first.
   *
   * @param query - Size and cursor; every page keeps the first.
   * @param options - Apply to each page.
   */
  list(query?: ListJobsQuery, options?: CallOptions): PagePromise<Job>;

  /**
   * Returns a job.
   *
   * @param jobId - The job.
   * @param options - Apply to this call.
   */
  get(jobId: string, options?: CallOptions): APIPromise<Job>;

  /**
   * Changes the rate of a job.
   *
   * @param jobId - The job.
   * @param change - Attempts a second of each webhook.
   * @param options - Apply to this call.
   */
  update(jobId: string, change: { readonly rate: number }, options?: CallOptions): APIPromise<Job>;

  /**
   * Pauses a job: what is due and not in flight is taken back.
   *
   * @param jobId - The job.
   * @param options - Apply to this call.
   */
  pause(jobId: string, options?: CallOptions): APIPromise<Job>;

  /**
   * Resumes a job that was paused or stopped itself.
   *
   * @param jobId - The job.
   * @param options - Apply to this call.
   */
  resume(jobId: string, options?: CallOptions): APIPromise<Job>;

  /**
   * Cancels a job for good.
   *
   * @param jobId - The job.
   * @param options - Apply to this call.
   */
  cancel(jobId: string, options?: CallOptions): APIPromise<Job>;

  /**
   * Lists what a job did not send, and why.
   *
   * @param jobId - The job.
   * @param query - Size and cursor; every page keeps the first.
   * @param options - Apply to each page.
   */
  skipped(jobId: string, query?: ListJobsQuery, options?: CallOptions): PagePromise<SkippedItem>;

  /**
   * Waits until a job is done, was cancelled, is paused or stopped itself, and returns it.
   *
   * @param jobId - The job.
   * @param options - How often it looks, and what it calls with the progress; the rest applies to each
   *   look, and `signal` ends the wait.
   */
  wait(jobId: string, options?: WaitForJobOptions): Promise<Job>;
}

const readJob = readOne('job', jobShape);
const readEstimate = readOne('estimate', jobEstimate);

/** How often a job is looked at. */
const EVERY_MS = 1_000;

const AT_WORK: readonly string[] = ['waiting', 'selecting', 'running'];

const bodyOf = ({
  canary,
  includeSucceeded,
  stopOn,
  targetWebhookId,
  ...input
}: JobInput): Record<string, unknown> => ({
  kind: 'replay',
  ...input,
  ...(canary && { canary: { count: canary.count, success_share: canary.successShare } }),
  ...(stopOn && { stop_on: { failure_share: stopOn.failureShare, of_last: stopOn.ofLast } }),
  ...(targetWebhookId !== undefined && { target_webhook_id: targetWebhookId }),
  ...(includeSucceeded !== undefined && { include_succeeded: includeSucceeded }),
});

/** Creates the operations on jobs. */
export const jobs = (send: Send): Jobs => {
  const act =
    (verb: string) =>
    (jobId: string, options?: CallOptions): APIPromise<Job> =>
      send({ method: 'POST', path: v1Path('jobs', jobId, verb) }, readJob, options);
  const get = (jobId: string, options?: CallOptions): APIPromise<Job> =>
    send({ path: v1Path('jobs', jobId) }, readJob, options);
  return {
    create: (job, options) =>
      send({ method: 'POST', path: v1Path('jobs'), body: bodyOf(job) }, readJob, options),
    dryRun: (job, options) =>
      send(
        { method: 'POST', path: v1Path('jobs'), body: { ...bodyOf(job), dry_run: true } },
        readEstimate,
        options,
      ),
    list: (query = {}, options) =>
      list(send, { path: v1Path('jobs'), name: 'jobs', kind: jobShape }, query, options),
    get,
    update: (jobId, { rate }, options) =>
      send({ method: 'PATCH', path: v1Path('jobs', jobId), body: { rate } }, readJob, options),
    pause: act('pause'),
    resume: act('resume'),
    cancel: act('cancel'),
    skipped: (jobId, query = {}, options) =>
      list(
        send,
        { path: v1Path('jobs', jobId, 'skipped'), name: 'skipped', kind: skippedItem },
        query,
        options,
      ),
    async wait(jobId, { everyMs = EVERY_MS, onProgress, ...options } = {}) {
      for (;;) {
        const job = await get(jobId, options);
        onProgress?.(job);
        if (!AT_WORK.includes(job.state)) return job;
        await pause(everyMs, options.signal);
      }
    },
  };
};

/** @throws the reason of the signal */
function pause(ms: number, signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}
