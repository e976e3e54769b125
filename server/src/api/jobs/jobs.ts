import type { FastifyRequest } from 'fastify';
import { NEW_ERASURE } from '../../jobs/erase/erase-progress.ts';
import { maskQuery } from '../../jobs/erase/mask-query.ts';
import { NEW_EXPORT } from '../../jobs/export/export-progress.ts';
import { JobConflict } from '../../jobs/job-conflict.ts';
import type { Estimate } from '../../jobs/replay/estimate-replay.ts';
import { NEW_PROGRESS } from '../../jobs/replay/replay-progress.ts';
import type { ReplaySpec } from '../../jobs/replay/replay-spec.ts';
import { TooManySelected } from '../../jobs/replay/too-many-selected.ts';
import type { Account } from '../../model/account.ts';
import { isId } from '../../model/ids.ts';
import { MOST_AT_WORK } from '../../model/job.ts';
import type { JobRow } from '../../sql/parts/job-row.ts';
import { readJobWebhooks } from '../../sql/read-job-webhooks.ts';
import { readJob, readJobsAbove, readJobsBelow } from '../../sql/read-jobs.ts';
import { readOpenJobs } from '../../sql/read-open-jobs.ts';
import { actOf } from '../callers/act-of.ts';
import { notFound } from '../errors/not-found.ts';
import { validationError } from '../errors/validation-error.ts';
import { paging } from '../lists/paging.ts';
import { readNewestFirst } from '../lists/read-newest-first.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import type { Services } from '../services/services.ts';
import { eraseEstimateView } from './erase-view.ts';
import { exportEstimateView } from './export-view.ts';
import {
  DryRunBody,
  JobBody,
  JobInput,
  JobList,
  JobParameters,
  JobParams,
  JobPatch,
  NewJobBody,
} from './job-schema.ts';
import { estimateView, jobView } from './job-view.ts';
import { lineOf } from './line-of.ts';
import { readEraseInput } from './read-erase-input.ts';
import { readExportInput } from './read-export-input.ts';
import { readReplayInput } from './read-replay-input.ts';

const PARAMETERS = Object.keys(JobParameters.properties);

/** More webhooks of one job than an answer looks at. */
const WEBHOOKS_READ = 1_000;

/** Creates, lists, shows and changes jobs. */
export const jobs: Routes = (app, services) => {
  const { clock, database, directory } = services;
  const tags = ['Jobs'];

  app.post(
    '/v1/jobs',
    {
      schema: {
        operationId: 'createJob',
        summary: 'Create a job that sends again, exports or erases what a query selects',
        description:
          'A replay, a resend of what is archived, an export, or an erasure. The selection is frozen: relative times become absolute now, and what the query selects is copied before anything is sent or erased. With `dry_run` nothing is created, and the answer says what the job would do. At most four jobs of an account are at work at once; further ones wait in line.',
        tags,
        body: JobInput,
        response: {
          200: DryRunBody,
          201: NewJobBody,
          ...errorAnswers(400, 409, 413, 415, 422),
        },
      },
    },
    async (request, reply) => {
      const { body, caller } = request;
      const { accountId } = caller;
      const account = directory.account(accountId) as Account;
      const { kind, reason: note } = body;
      const isDry = body.dry_run === true;
      const asked =
        kind === 'erase'
          ? await askErase(services, body, account)
          : kind === 'export'
            ? await askExport(services, request, account)
            : await askSending(services, kind, body, account);
      const { audited, estimate, progress, spec } = asked;
      if (isDry) return reply.code(200).send({ estimate });
      const row = await services.jobs.store.create(
        { accountId, kind, note, spec, progress, audited },
        actOf(request),
      );
      return reply.code(201).send({ job: await view(services, row), estimate });
    },
  );

  app.get(
    '/v1/jobs',
    {
      schema: {
        operationId: 'listJobs',
        summary: 'List jobs, newest first',
        description:
          'Jobs are kept for 90 days after they have ended, or for as long as invocations are.',
        tags,
        querystring: JobParameters,
        response: { 200: JobList, ...errorAnswers(400) },
      },
    },
    async (request, reply) => {
      const { accountId } = request.caller;
      const pages = paging(services, { list: 'jobs', owner: accountId, sort: '' }, PARAMETERS);
      const page = await readNewestFirst<JobRow>(
        {
          idOf: ({ id }) => id,
          below: (from, limit) => database.run(readJobsBelow, { accountId, from, limit }),
          above: (from, limit) => database.run(readJobsAbove, { accountId, from, limit }),
        },
        pages.request(request.query),
      );
      const nowMs = clock.now();
      const waits = page.rows.some(({ state }) => state === 'waiting');
      const open = waits ? await database.run(readOpenJobs, accountId) : [];
      return {
        jobs: page.rows.map((row) =>
          jobView(row, { directory, jobs: services.jobs, nowMs, line: lineOf(row, open) }),
        ),
        ...pages.answer(page, request, reply),
      };
    },
  );

  app.get(
    '/v1/jobs/:id',
    {
      schema: {
        operationId: 'showJob',
        summary: 'Show a job: its counts, and what it waits for',
        tags,
        params: JobParams,
        response: { 200: JobBody, ...errorAnswers(404) },
      },
    },
    async (request) => {
      const { caller, params } = request;
      const { accountId } = caller;
      const [row] = isId(params.id)
        ? await database.run(readJob, { accountId, id: params.id })
        : [];
      if (row === undefined) throw notFound('job', params.id);
      return { job: await view(services, row) };
    },
  );

  app.patch(
    '/v1/jobs/:id',
    {
      schema: {
        operationId: 'changeJob',
        summary: 'Change the rate of a job',
        description: 'From the next page on, which is sent within a second.',
        tags,
        params: JobParams,
        body: JobPatch,
        response: { 200: JobBody, ...errorAnswers(400, 404, 409, 413, 415, 422) },
      },
    },
    async (request) => {
      const { rate } = request.body;
      return {
        job: await changed(services, request, request.params.id, (accountId, id, act) =>
          services.jobs.store.change(accountId, id, act, (row) => {
            if (row.kind === 'export') throw withoutRate(row);
            const spec = row.spec as ReplaySpec;
            return { spec: { ...spec, rate }, before: { rate: spec.rate }, after: { rate } };
          }),
        ),
      };
    },
  );

  const act = (verb: 'pause' | 'resume' | 'cancel', summary: string, description: string): void => {
    app.post(
      `/v1/jobs/:id/${verb}`,
      {
        schema: {
          operationId: `${verb}Job`,
          summary,
          description,
          tags,
          params: JobParams,
          response: { 200: JobBody, ...errorAnswers(404, 409) },
        },
      },
      async (request) => ({
        job: await changed(services, request, request.params.id, (accountId, id, by) =>
          services.jobs.store[verb](accountId, id, by),
        ),
      }),
    );
  };
  act(
    'pause',
    'Pause a job',
    'What is due and not in flight is taken back; requests in flight end, and are counted.',
  );
  act(
    'resume',
    'Resume a job that was paused or stopped itself',
    `It goes on where it was, if fewer than ${MOST_AT_WORK} jobs of the account are at work; a canary that had not passed begins again with the next ones.`,
  );
  act('cancel', 'Cancel a job', 'What it has sent stays sent. It cannot be resumed.');
};

/** What a replay or a resend is asked to do, and would do. */
async function askSending(
  services: Services,
  kind: 'replay' | 'resend',
  body: JobInput,
  account: Account,
) {
  const spec = readReplayInput(body, account, services.directory, services.clock.now());
  const estimate = await services.jobs.estimate(account.id, kind, spec).catch(refuseTooMany);
  refuseOurs(estimate);
  return { spec, progress: NEW_PROGRESS, estimate: estimateView(kind, estimate), audited: {} };
}

/** What an export is asked to do, and would have. */
async function askExport(
  services: Services,
  request: Pick<FastifyRequest, 'outOfTurn'> & { readonly body: JobInput },
  account: Account,
) {
  const { body } = request;
  const { exports } = services.jobs;
  const spec = readExportInput(body, account, services.clock.now());
  if (body.dry_run !== true) {
    // A store may be silent for seconds, and changes of other accounts must not wait for it.
    await request.outOfTurn(() => exports.open());
    await exports.check(account.id);
  }
  const estimate = await exports.estimate(account.id, spec).catch(refuseTooMany);
  return { spec, progress: NEW_EXPORT, estimate: exportEstimateView(estimate), audited: {} };
}

/** What a job is asked to erase, and would erase. The audit is kept for long: it has no value of a key. */
async function askErase(services: Services, body: JobInput, account: Account) {
  const spec = readEraseInput(body, account, services.clock.now());
  const estimate = await services.jobs.estimateErase(account.id, spec).catch(refuseTooMany);
  const audited = { query: maskQuery(spec.query) };
  return { spec, progress: NEW_ERASURE, estimate: eraseEstimateView(estimate), audited };
}

/** A resend would skip them all: most likely it was meant for sources. */
function refuseOurs({ refused }: Estimate): void {
  const ours = refused['not archived'] ?? 0;
  if (ours === 0) return;
  throw validationError('InvalidBody', [
    {
      field: 'query',
      code: 'not_allowed',
      message: `query: must select archived invocations only, and selects ${ours} of ours: add -origin:local or the name of a source (origin:NAME), or use the kind replay`,
    },
  ]);
}

function refuseTooMany(error: unknown): never {
  if (!(error instanceof TooManySelected)) throw error;
  throw validationError('InvalidBody', [
    { field: 'query', code: 'too_many', message: `query: ${error.message}` },
  ]);
}

const withoutRate = ({ kind, state }: JobRow) =>
  new JobConflict(
    state,
    `this job is an ${kind === 'erase' ? 'erasure' : kind}: it has no rate to change`,
  );

type Change = (
  accountId: number,
  id: string,
  act: ReturnType<typeof actOf>,
) => Promise<JobRow | undefined>;

/** @throws ApiError `RecordNotFound`, `JobConflict` */
async function changed(
  services: Services,
  request: FastifyRequest & Parameters<typeof actOf>[0],
  id: string,
  change: Change,
) {
  const { accountId } = request.caller;
  const row = isId(id) ? await change(accountId, id, actOf(request)) : undefined;
  if (row === undefined) throw notFound('job', id);
  return view(services, row);
}

/** A job that is shown alone, with what it waits for. */
async function view(services: Services, row: JobRow) {
  const { clock, database, directory, jobs } = services;
  const accountId = row.account_id;
  const webhooks =
    row.state === 'running' && row.kind !== 'export'
      ? await database.run(readJobWebhooks, { jobId: row.id, limit: WEBHOOKS_READ })
      : [];
  const open = row.state === 'waiting' ? await database.run(readOpenJobs, accountId) : [];
  return jobView(row, {
    directory,
    jobs,
    nowMs: clock.now(),
    ...(row.state === 'running' && { webhooks }),
    line: lineOf(row, open),
  });
}
