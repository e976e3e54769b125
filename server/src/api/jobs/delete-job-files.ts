import { JobConflict } from '../../jobs/job-conflict.ts';
import { isId } from '../../model/ids.ts';
import { actOf } from '../callers/act-of.ts';
import { notFound } from '../errors/not-found.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { NoContent } from '../schema/no-content.ts';
import type { Routes } from '../services/routes.ts';
import { JobParams } from './job-schema.ts';

/** Deletes the files of an export before they expire. */
export const deleteJobFiles: Routes = (app, services) => {
  app.delete(
    '/v1/jobs/:id/files',
    {
      schema: {
        operationId: 'deleteJobFiles',
        summary: 'Delete the files of an export',
        description: 'Before they expire. The job stays. An export at work is cancelled instead.',
        tags: ['Jobs'],
        params: JobParams,
        response: {
          204: NoContent,
          ...errorAnswers(404, 409),
        },
      },
    },
    async (request, reply) => {
      const { caller, params } = request;
      const { accountId } = caller;
      const row = isId(params.id)
        ? await services.jobs.exports.deleteFiles(accountId, params.id, actOf(request), (job) => {
            if (job.kind !== 'export') {
              throw new JobConflict(job.state, `this job is a ${job.kind}: it has no files`);
            }
            if (job.ended_at === null) {
              throw new JobConflict(
                job.state,
                `this job is ${job.state}: cancel it, and its files are deleted`,
              );
            }
          })
        : undefined;
      if (row === undefined) throw notFound('job', params.id);
      return reply.code(204).send();
    },
  );
};
