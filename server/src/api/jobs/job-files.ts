import {
  type JobFileRow,
  readJobFilesAfter,
  readJobFilesBefore,
} from '../../sql/read-job-files.ts';
import { readPage } from '../../trail/read-page.ts';
import { baseUrl } from '../lists/base-url.ts';
import { paging } from '../lists/paging.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import { JobFileList } from './export-schema.ts';
import { JobParameters, JobParams } from './job-schema.ts';
import { requireExport } from './require-export.ts';
import { requireKeptFiles } from './require-kept-files.ts';

const PARAMETERS = Object.keys(JobParameters.properties);

/** Of one row: the list is of one job, so ids need not tell rows apart. */
const SAME_ID = '0'.repeat(26);

const ABOVE_ALL = 2 ** 31 - 1;

/** Lists the files of an export. */
export const jobFiles: Routes = (app, services) => {
  const { clock, database, publicUrl } = services;
  app.get(
    '/v1/jobs/:id/files',
    {
      schema: {
        operationId: 'listJobFiles',
        summary: 'List the files of an export',
        description:
          'One of each day that has rows, oldest first. The last one of an export at work is being written.',
        tags: ['Jobs'],
        params: JobParams,
        querystring: JobParameters,
        response: { 200: JobFileList, ...errorAnswers(400, 404, 410) },
      },
    },
    async (request, reply) => {
      const { caller, params, query } = request;
      const job = await requireExport(services, caller, params.id);
      // An empty list is of an export without rows, and a walk must not end early without a word.
      requireKeptFiles(job, clock.now());
      const pages = paging(services, { list: 'job files', owner: job.id, sort: '' }, PARAMETERS);
      const page = await readPage<JobFileRow>(
        {
          descending: false,
          positionOf: ({ number }) => ({ key: number, id: SAME_ID }),
          read: (direction, from, limit) => {
            const forward = direction === 'forward';
            return database.run(forward ? readJobFilesAfter : readJobFilesBefore, {
              jobId: job.id,
              from: Number(from?.key ?? (forward ? 0 : ABOVE_ALL)),
              limit,
            });
          },
        },
        pages.request(query),
      );
      const base = `${baseUrl(publicUrl, request)}/v1/jobs/${job.id}/files`;
      return {
        files: page.rows.map(({ bytes, day, name, number, rows, sha256 }) => ({
          number,
          name,
          day,
          state: sha256 === null ? ('writing' as const) : ('complete' as const),
          rows,
          bytes,
          ...(sha256 !== null && { sha256, url: `${base}/${number}` }),
        })),
        ...pages.answer(page, request, reply),
      };
    },
  );
};
