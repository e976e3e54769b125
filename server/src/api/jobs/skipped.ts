import type { EraseSkipReason } from '../../jobs/erase/erase-skip-reason.ts';
import type { SkipReason } from '../../jobs/replay/skip-reason.ts';
import { idTimeMs, isId } from '../../model/ids.ts';
import { NO_WEBHOOK } from '../../sql/insert-erase-items.ts';
import { readUnerasedAfter, readUnerasedBefore } from '../../sql/read-erase-items.ts';
import { readSkippedAfter, readSkippedBefore, type SkippedRow } from '../../sql/read-job-items.ts';
import { readJob } from '../../sql/read-jobs.ts';
import type { Position } from '../../trail/page.ts';
import { readPage } from '../../trail/read-page.ts';
import { notFound } from '../errors/not-found.ts';
import { paging } from '../lists/paging.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import { JobParameters, JobParams, SkippedList } from './job-schema.ts';

const PARAMETERS = Object.keys(JobParameters.properties);

/** Every id lies strictly between these. */
const BELOW_ALL = '0'.repeat(26);
const ABOVE_ALL = `7${'Z'.repeat(25)}`;

/** Lists what a job did not send, and why. */
export const skipped: Routes = (app, services) => {
  const { database } = services;
  app.get(
    '/v1/jobs/:id/skipped',
    {
      schema: {
        operationId: 'listSkipped',
        summary: 'List what a job did not send or erase, and why',
        description: 'By webhook and creation. Items are skipped when their turn comes.',
        tags: ['Jobs'],
        params: JobParams,
        querystring: JobParameters,
        response: { 200: SkippedList, ...errorAnswers(400, 404) },
      },
    },
    async (request, reply) => {
      const { caller, params, query } = request;
      const { accountId } = caller;
      const [job] = isId(params.id)
        ? await database.run(readJob, { accountId, id: params.id })
        : [];
      if (job === undefined) throw notFound('job', params.id);
      const pages = paging(services, { list: 'skipped', owner: job.id, sort: '' }, PARAMETERS);
      const unerased = async (
        forward: boolean,
        from: Position | undefined,
        limit: number,
        edge: string,
      ): Promise<SkippedRow[]> => {
        const rows = await database.run(forward ? readUnerasedAfter : readUnerasedBefore, {
          jobId: job.id,
          webhookId: String(from?.key ?? edge),
          id: from?.id ?? edge,
          limit,
        });
        return rows.map(({ id, ...row }) => ({ ...row, invocation_id: id }));
      };
      const page = await readPage<SkippedRow>(
        {
          descending: false,
          positionOf: (row) => ({ key: row.webhook_id, id: row.invocation_id }),
          read: (direction, from, limit) => {
            const forward = direction === 'forward';
            const edge = forward ? BELOW_ALL : ABOVE_ALL;
            if (job.kind === 'erase') return unerased(forward, from, limit, edge);
            return database.run(forward ? readSkippedAfter : readSkippedBefore, {
              jobId: job.id,
              webhookId: String(from?.key ?? edge),
              invocationId: from?.id ?? edge,
              limit,
            });
          },
        },
        pages.request(query),
      );
      return {
        skipped: page.rows.map((row) => ({
          id: row.invocation_id,
          ...(row.webhook_id !== NO_WEBHOOK && { webhook_id: row.webhook_id }),
          created_at: new Date(idTimeMs(row.invocation_id)).toISOString(),
          reason: row.reason as SkipReason | EraseSkipReason,
        })),
        ...pages.answer(page, request, reply),
      };
    },
  );
};
