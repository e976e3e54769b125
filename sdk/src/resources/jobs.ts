import { downloadFile } from '../internal/download-file.ts';
import { list } from '../internal/list.ts';
import { readNothing } from '../internal/read-nothing.ts';
import { readOne } from '../internal/read-one.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
import type {
  CreatedErasure,
  CreatedExport,
  CreatedJob,
  CreatedReplay,
  EraseEstimate,
  EraseInput,
  ExportEstimate,
  ExportInput,
  Job,
  JobEstimate,
  JobFile,
  JobInput,
  SkippedItem,
} from '../models/job.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { DownloadOptions } from '../options/download-options.ts';
import type { ZendeskOptions } from '../options/zendesk-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import type { PagePromise } from '../results/page-promise.ts';
import type { PageQuery } from '../results/page-query.ts';
import {
  eraseEstimate,
  exportEstimate,
  jobEstimate,
  jobFile,
  job as jobShape,
  skippedItem,
} from '../shapes/job.ts';

/** The page of a list of jobs. */
export type ListJobsQuery = Omit<PageQuery, 'sort'>;

/** How a job is waited for. */
export interface WaitForJobOptions<Waited extends Job = Job> extends CallOptions {
  /** Called with the job at each look. */
  readonly onProgress?: ((job: Waited) => void) | undefined;
  /** How often it looks, in milliseconds; 1,000 by default. */
  readonly everyMs?: number | undefined;
}

/** Jobs that send again, export or erase what a query selects. */
export interface Jobs {
  /**
   * Creates a job. The client does not retry this call after a timeout or a broken connection, because a
   * repeat would create another job.
   *
   * @param job - What to send again, and how.
   * @param options - Apply to this call.
   */
  create(job: JobInput, options?: CallOptions): APIPromise<CreatedReplay>;

  /**
   * Creates a job that writes what its query selects to files. The client does not retry this call after a
   * timeout or a broken connection, because a repeat would create another job.
   *
   * @param job - What to export, and how.
   * @param options - Apply to this call.
   */
  create(job: ExportInput, options?: CallOptions): APIPromise<CreatedExport>;

  /**
   * Creates a job that takes bodies, headers and texts out of what its query selects, and keeps the rest. The
   * client does not retry this call after a timeout or a broken connection, because a repeat would create
   * another job.
   *
   * @param job - What to erase.
   * @param options - Apply to this call.
   */
  create(job: EraseInput, options?: CallOptions): APIPromise<CreatedErasure>;

  /**
   * Says what a job would do, and creates nothing.
   *
   * @param job - What to send again, and how.
   * @param options - Apply to this call.
   */
  dryRun(job: JobInput, options?: CallOptions): APIPromise<JobEstimate>;

  /**
   * Says how much an export would have, and creates nothing.
   *
   * @param job - What to export, and how.
   * @param options - Apply to this call.
   */
  dryRun(job: ExportInput, options?: CallOptions): APIPromise<ExportEstimate>;

  /**
   * Says what would be erased, and creates nothing.
   *
   * @param job - What to erase.
   * @param options - Apply to this call.
   */
  dryRun(job: EraseInput, options?: CallOptions): APIPromise<EraseEstimate>;

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
   * Changes the rate of a replay or a resend.
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
   * Lists what a job did not send or erase, and why.
   *
   * @param jobId - The job.
   * @param query - Size and cursor; every page keeps the first.
   * @param options - Apply to each page.
   */
  skipped(jobId: string, query?: ListJobsQuery, options?: CallOptions): PagePromise<SkippedItem>;

  /**
   * Lists the files of an export, oldest day first. Once they are deleted, it fails with 410.
   *
   * @param jobId - The job.
   * @param query - Size and cursor; every page keeps the first.
   * @param options - Apply to each page.
   */
  files(jobId: string, query?: ListJobsQuery, options?: CallOptions): PagePromise<JobFile>;

  /**
   * Downloads a file of an export. The stream goes on where it was when a connection breaks, and fails at
   * its end unless what arrived has the SHA-256 that the server named.
   *
   * @param jobId - The job.
   * @param number - The number of the file, once it is complete.
   * @param options - `from` and `sha256` go on with a part that you have; the rest applies to each
   *   request, and `signal` ends the stream.
   */
  download(jobId: string, number: number, options?: DownloadOptions): ReadableStream<Uint8Array>;

  /**
   * Deletes the files of an export before they expire.
   *
   * @param jobId - The job, which has ended.
   * @param options - Apply to this call.
   */
  deleteFiles(jobId: string, options?: CallOptions): APIPromise<void>;

  /**
   * Waits until a job is done, was cancelled, is paused or stopped itself, and returns it.
   *
   * @param job - The job, or its id.
   * @param options - How often it looks, and what it calls with the progress; the rest applies to each
   *   look, and `signal` ends the wait.
   */
  wait<Waited extends Job = Job>(
    job: Waited | string,
    options?: WaitForJobOptions<Waited>,
  ): Promise<Waited>;
}

const readJob = readOne('job', jobShape);
const readEstimate = readOne('estimate', jobEstimate);
const readExportEstimate = readOne('estimate', exportEstimate);
const readEraseEstimate = readOne('estimate', eraseEstimate);
const estimateOf = (
  kind: Job['kind'] | undefined,
): ((body: unknown) => JobEstimate | ExportEstimate | EraseEstimate) =>
  kind === 'export' ? readExportEstimate : kind === 'erase' ? readEraseEstimate : readEstimate;
const readCreated = (body: unknown): CreatedJob => {
  const created = readJob(body);
  return { ...created, estimate: estimateOf(created.kind)(body) } as CreatedJob;
};

/** How often a job is looked at. */
const EVERY_MS = 1_000;

const AT_WORK: readonly string[] = ['waiting', 'selecting', 'running'];

const sendingOf = ({
  kind = 'replay',
  canary,
  includeSucceeded,
  stopOn,
  targetWebhookId,
  ...input
}: JobInput): Record<string, unknown> => ({
  kind,
  ...input,
  ...(canary && { canary: { count: canary.count, success_share: canary.successShare } }),
  ...(stopOn && { stop_on: { failure_share: stopOn.failureShare, of_last: stopOn.ofLast } }),
  ...(targetWebhookId !== undefined && { target_webhook_id: targetWebhookId }),
  ...(includeSucceeded !== undefined && { include_succeeded: includeSucceeded }),
});

const bodyOf = (job: JobInput | ExportInput | EraseInput): Record<string, unknown> =>
  job.kind === 'export' || job.kind === 'erase' ? { ...job } : sendingOf(job);

/** Creates the operations on jobs. */
export const jobs = (send: Send, client: ZendeskOptions): Jobs => {
  const create = (
    job: JobInput | ExportInput | EraseInput,
    options?: CallOptions,
  ): APIPromise<CreatedJob> =>
    send({ method: 'POST', path: v1Path('jobs'), body: bodyOf(job) }, readCreated, options);
  const dryRun = (
    job: JobInput | ExportInput | EraseInput,
    options?: CallOptions,
  ): APIPromise<JobEstimate | ExportEstimate | EraseEstimate> =>
    send<JobEstimate | ExportEstimate | EraseEstimate>(
      { method: 'POST', path: v1Path('jobs'), body: { ...bodyOf(job), dry_run: true } },
      estimateOf(job.kind),
      options,
    );
  const act =
    (verb: string) =>
    (jobId: string, options?: CallOptions): APIPromise<Job> =>
      send({ method: 'POST', path: v1Path('jobs', jobId, verb) }, readJob, options);
  const get = (jobId: string, options?: CallOptions): APIPromise<Job> =>
    send({ path: v1Path('jobs', jobId) }, readJob, options);
  return {
    create: create as Jobs['create'],
    dryRun: dryRun as Jobs['dryRun'],
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
    files: (jobId, query = {}, options) =>
      list(
        send,
        { path: v1Path('jobs', jobId, 'files'), name: 'files', kind: jobFile },
        query,
        options,
      ),
    download: downloadFile(client),
    deleteFiles: (jobId, options) =>
      send({ method: 'DELETE', path: v1Path('jobs', jobId, 'files') }, readNothing, options),
    async wait<Waited extends Job>(
      waited: Waited | string,
      { everyMs = EVERY_MS, onProgress, ...options }: WaitForJobOptions<Waited> = {},
    ) {
      const jobId = typeof waited === 'string' ? waited : waited.id;
      for (;;) {
        // It keeps its kind.
        const job = (await get(jobId, options)) as Waited;
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
