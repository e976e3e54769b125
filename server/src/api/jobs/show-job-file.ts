import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { ExportSpec } from '../../jobs/export/export-spec.ts';
import { JobConflict } from '../../jobs/job-conflict.ts';
import { seesGuarded } from '../../secrets/sees-guarded.ts';
import { Shares } from '../../shares/shares.ts';
import type { JobRow } from '../../sql/parts/job-row.ts';
import { type JobFileRow, readJobFile } from '../../sql/read-job-files.ts';
import type { Caller } from '../callers/caller.ts';
import { ApiError } from '../errors/api-error.ts';
import { cut } from '../errors/cut.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import type { Services } from '../services/services.ts';
import { JobFileParams } from './export-schema.ts';
import { readRange } from './read-range.ts';
import { requireExport } from './require-export.ts';
import { requireKeptFiles } from './require-kept-files.ts';

/** Downloads at once on a node: each has an open file or a connection to the store beside its own. */
const DOWNLOADS = 64;

const TYPES = {
  ndjson: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
} as const;

const CONTENT = {
  'application/x-ndjson': { schema: Type.Unsafe<unknown>({ type: 'string' }) },
  'text/csv': { schema: Type.Unsafe<unknown>({ type: 'string' }) },
};

type CompleteFile = JobFileRow & { readonly sha256: string };

/** Streams a file of an export, or a range of it. */
export const showJobFile: Routes = (app, services) => {
  const downloads = new Shares(DOWNLOADS);
  app.get(
    '/v1/jobs/:id/files/:number',
    {
      schema: {
        operationId: 'showJobFile',
        summary: 'Download a file of an export',
        description:
          'Once it is complete. `ETag` is its SHA-256; `Range` with `If-Range` goes on with a download that broke off.',
        tags: ['Jobs'],
        params: JobFileParams,
        response: {
          200: { description: 'The file.', content: CONTENT },
          206: { description: 'The range of it that `Range` names.', content: CONTENT },
          304: { type: 'null', description: 'It is the one that `If-None-Match` names.' },
          ...errorAnswers(404, 409, 410, 416),
        },
      },
    },
    async (request, reply) => {
      const { accountId } = request.caller;
      // Before anything is read: a download takes no turn, because it may wait for a store.
      if (!downloads.tryTake(accountId, 1)) {
        throw new ApiError(
          'TooManyRequests',
          'this account has too many downloads in progress on this node',
          { headers: { 'retry-after': '5' } },
        );
      }
      let stream: Readable | undefined;
      try {
        stream = await answer(request, reply);
      } finally {
        const giveBack = () => downloads.giveBack(accountId, 1);
        if (stream === undefined || request.method === 'HEAD') giveBack();
        else stream.once('close', giveBack);
      }
      return reply.send(stream);
    },
  );

  /** Resolves to the body, which lets go of the file, also when the caller goes away. */
  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Readable | undefined> {
    const { caller, params } = request as typeof request & {
      readonly params: Static<typeof JobFileParams>;
    };
    const job = await requireExport(services, caller, params.id);
    checkRole(job, caller);
    const file = await requireFile(services, job, params.number);
    const { bytes, name, sha256 } = file;
    const etag = `"${sha256}"`;
    if (isKnown(request, etag)) {
      reply.code(304).header('etag', etag);
      return undefined;
    }
    const range = rangeOf(request, etag, bytes);
    const { first, last } = range ?? { first: 0, last: bytes - 1 };
    const stream =
      request.method === 'HEAD'
        ? Readable.from([])
        : await services.jobs.exports.openFile(job.id, file, { start: first, end: last });
    if (stream === undefined) throw missing(job, file);
    reply
      .code(range === undefined ? 200 : 206)
      .type(TYPES[(job.spec as ExportSpec).format])
      .header('etag', etag)
      .header('accept-ranges', 'bytes')
      .header('repr-digest', `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`)
      .header('content-length', last - first + 1)
      .header('content-disposition', `attachment; filename="${job.id}-${name}"`);
    if (range !== undefined) reply.header('content-range', `bytes ${first}-${last}/${bytes}`);
    return stream;
  }
};

/** What was exported for admins has what they alone may see. */
function checkRole({ id, spec }: JobRow, { role }: Caller): void {
  const { of, role: exported } = spec as ExportSpec;
  if (of !== 'attempts' || exported === 'read' || seesGuarded(role)) return;
  throw new ApiError(
    'Forbidden',
    `job ${id} has exported attempts as admins see them: a token with the role "${role}" may download what was exported with "role": "read"`,
  );
}

/** @throws ApiError `RecordNotFound`, `FilesExpired`, `JobConflict` */
async function requireFile(
  { clock, database }: Services,
  job: JobRow,
  given: string,
): Promise<CompleteFile> {
  requireKeptFiles(job, clock.now());
  const number = /^[1-9]\d{0,8}$/.test(given) ? Number(given) : undefined;
  const [file] =
    number === undefined ? [] : await database.run(readJobFile, { jobId: job.id, number });
  if (file === undefined) {
    throw new ApiError('RecordNotFound', `job ${job.id} has no file ${cut(given)}`, {
      field: 'number',
    });
  }
  if (!isComplete(file)) throw beingWritten(job, file);
  return file;
}

const isComplete = (file: JobFileRow): file is CompleteFile => file.sha256 !== null;

const beingWritten = (job: JobRow, { number }: JobFileRow) =>
  new JobConflict(
    job.state,
    `file ${number} is being written, and the job is ${job.state}: it can be downloaded when it is complete`,
  );

/** A file is complete before its row says so; what is missing was removed. */
function missing(job: JobRow, file: JobFileRow): Error {
  return job.ended_at === null
    ? beingWritten(job, file)
    : new ApiError(
        'FilesExpired',
        `file ${file.number} of job ${job.id} is no longer where exports are kept: export again`,
      );
}

/** Whether the caller has it already. */
function isKnown({ headers }: FastifyRequest, etag: string): boolean {
  const given = headers['if-none-match'];
  if (given === undefined) return false;
  return given.split(',').some((one) => ['*', etag, `W/${etag}`].includes(one.trim()));
}

/** @throws ApiError `RangeNotSatisfiable` */
function rangeOf({ headers }: FastifyRequest, etag: string, bytes: number) {
  const condition = headers['if-range'];
  // A date never matches: the file has none.
  if (condition !== undefined && condition !== etag) return undefined;
  const range = readRange(headers.range, bytes);
  if (range !== null) return range;
  throw new ApiError(
    'RangeNotSatisfiable',
    `Range must begin below ${bytes}, the bytes of the file, got ${cut(String(headers.range))}`,
    { field: 'Range', headers: { 'content-range': `bytes */${bytes}` } },
  );
}
