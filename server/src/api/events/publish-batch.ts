import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Accepted, Publication } from '../../accept/acceptor.ts';
import { compileKeys } from '../../accept/compile-keys.ts';
import { eventSchema } from '../../accept/event-schema.ts';
import { MOST_LISTED } from '../../accept/most-listed.ts';
import {
  type BatchItem,
  type BrokenBatch,
  MAX_EVENTS,
  splitArray,
  splitLines,
} from '../../accept/split-batch.ts';
import { ApiError } from '../errors/api-error.ts';
import { type ErrorBody, errorBody } from '../errors/error-body.ts';
import { ERRORS } from '../errors/errors.ts';
import { malformedBody } from '../errors/malformed-body.ts';
import { toApiError } from '../errors/to-api-error.ts';
import { validationError } from '../errors/validation-error.ts';
import { rejectIdempotencyKey } from '../input/idempotency-key.ts';
import { rawBody, takeRawBodies } from '../input/raw-body.ts';
import { ErrorSchema, errorAnswers } from '../schema/error-schema.ts';
import { TRACE_HEADERS } from '../schema/trace-headers.ts';
import type { App, Routes } from '../services/routes.ts';
import type { Services } from '../services/services.ts';
import { acceptedSchema } from './accepted-schema.ts';
import { prepareEvent } from './prepare-event.ts';
import { type LinkedAnswer, withLinks } from './with-links.ts';

const MIB = 1024 * 1024;
/**
 * Events checked per turn of the event loop. Checking a thousand at once takes 15 ms, during which
 * the node sends and answers nothing else.
 */
const EVENTS_PER_TURN = 64;

/**
 * Entries of `errors` in one answer. Each quotes names and values: all of them, 20 an event, made 24 MB
 * out of a batch of 5 MiB whose names are control characters; a thousand make less than 2 MB.
 */
const MOST_ERRORS = 1_000;

const TYPES = /^application\/(?:json|x-ndjson|jsonl) *(?:;|$)/i;
const LINES = /^application\/(?:x-ndjson|jsonl)/i;

const resultSchema = Type.Union([
  Type.Object({ status: Type.Literal(202), ...acceptedSchema.properties }),
  Type.Object({
    status: Type.Integer({ description: 'The HTTP status that the event would get on its own.' }),
    ...ErrorSchema.properties,
    errors_count: Type.Optional(
      Type.Integer({
        description: `How many \`errors\` the event would get on its own, where the answer lists fewer: it has at most ${MOST_ERRORS} in all, and the first of each event.`,
      }),
    ),
  }),
]);

type Refused = { status: number; errors_count?: number } & ErrorBody;
type Result = ({ status: 202 } & LinkedAnswer) | Refused;

/** `POST /v1/events/batch`: publishes up to 1,000 events, with one result for each. */
export const publishBatch: Routes = (app, services) => {
  void app.register(async (scope: App) => {
    takeRawBodies(scope, 'application/json, application/x-ndjson or application/jsonl', TYPES);
    scope.post(
      '/v1/events/batch',
      {
        bodyLimit: 5 * MIB,
        schema: {
          operationId: 'publishEvents',
          summary: 'Publish many events',
          description: `A JSON array of 1 to ${MAX_EVENTS} events, or as many lines of newline-delimited JSON, of at most 5 MiB in total. The answer has one result for each event, in order: invalid events are reported, and the others are accepted. An array that is not valid JSON is rejected as a whole. Events with an \`id\` can safely be published again.`,
          tags: ['Publishing'],
          headers: Type.Object(TRACE_HEADERS),
          body: {
            content: {
              'application/json': {
                schema: Type.Array(eventSchema, { minItems: 1, maxItems: MAX_EVENTS }),
              },
              'application/x-ndjson': { schema: Type.String() },
              'application/jsonl': { schema: Type.String() },
            },
          },
          response: {
            200: Type.Unsafe<{ results: Result[] }>(
              Type.Object(
                { results: Type.Array(resultSchema) },
                { description: 'One result for each event. Accepted events are stored.' },
              ),
            ),
            ...errorAnswers(400, 413, 415, 422),
          },
        },
      },
      async (request) => {
        rejectIdempotencyKey(request.headers, 'give each event of the batch its own id instead');
        const { publications, rejected, count } = await prepareAll(request, services);
        const outcomes = await services.acceptor.publishAll(request.caller.accountId, publications);
        let accepted = 0;
        const results = Array.from({ length: count }, (_, index) => {
          return rejected.get(index) ?? explain(outcomes[accepted++] as Accepted | Error, request);
        });
        if (results.every(isUnavailable)) throw results[0] as ApiError;
        const linked = (answer: Accepted) => withLinks(answer, services.publicUrl, request);
        return { results: toResults(results, linked) };
      },
    );
  });
};

/** The checked events of a batch. */
interface PreparedBatch {
  /** The valid events, in order. */
  readonly publications: readonly Publication[];
  /** The errors of the others, by index in the batch. */
  readonly rejected: ReadonlyMap<number, ApiError>;
  /** Number of events, valid or not. */
  readonly count: number;
}

/** Checks every event before accepting any: an array with broken JSON is rejected as a whole. */
async function prepareAll(request: FastifyRequest, services: Services): Promise<PreparedBatch> {
  const { accountId } = request.caller;
  const { acceptor, clock, directory } = services;
  const search = { keys: compileKeys(directory.account(accountId)), headers: request.headers };
  const isLines = LINES.test(request.headers['content-type'] ?? '');
  const body = rawBody(request);
  const items = isLines ? splitLines(body) : splitArray(body);
  if ('broken' in items) throw explainBroken(items);
  const publications: Publication[] = [];
  const rejected = new Map<number, ApiError>();
  for (const [index, item] of items.entries()) {
    if (index % EVENTS_PER_TURN === EVENTS_PER_TURN - 1) await nextTurn();
    try {
      publications.push(prepare(item));
    } catch (error) {
      const place = `${isLines ? 'line' : 'element'} ${item.number}`;
      const rejection = withPlace(toApiError(error), place);
      if (rejection.code === 'MalformedBody' && !isLines) throw rejection;
      rejected.set(index, rejection);
    }
  }
  return { publications, rejected, count: items.length };

  function prepare({ start, end }: BatchItem): Publication {
    if (end - start > MIB) {
      throw new ApiError('BodyTooLarge', 'an event must not be larger than 1 MiB');
    }
    const text = body.toString('utf8', start, end);
    return prepareEvent(text, accountId, undefined, clock, search, acceptor.eventId);
  }
}

function explain(outcome: Accepted | Error, request: FastifyRequest): Accepted | ApiError {
  if (!(outcome instanceof Error)) return outcome;
  const error = toApiError(outcome);
  if (error.code === 'InternalError') {
    request.log.error({ err: outcome }, 'could not publish an event of a batch');
  }
  return error;
}

/**
 * The results of a batch are one answer: once it lists enough invocations, or enough errors, it
 * counts the rest. The first error of each event is always there.
 */
function toResults(
  outcomes: readonly (Accepted | ApiError)[],
  linked: (answer: Accepted) => LinkedAnswer,
): Result[] {
  let listed = 0;
  let further = MOST_ERRORS - outcomes.filter((outcome) => outcome instanceof ApiError).length;
  return outcomes.map((outcome) => {
    if (outcome instanceof ApiError) {
      const shown = Math.min(outcome.errors.length, 1 + further);
      further -= Math.max(0, shown - 1);
      return refused(outcome, shown);
    }
    const { invocations, skipped } = outcome;
    const count = invocations.length + skipped.length;
    listed += count;
    if (listed <= MOST_LISTED || count === 0) return { status: 202, ...linked(outcome) };
    listed -= count;
    const counts = { invocations_count: invocations.length, skipped_count: skipped.length };
    return { status: 202, ...linked({ ...outcome, invocations: [], skipped: [], ...counts }) };
  });
}

function refused({ code, errors, field, message }: ApiError, shown: number): Refused {
  const status = ERRORS[code];
  const body = errorBody({ code, field, message, errors: errors.slice(0, shown) }, status);
  return { status, ...body, ...(shown < errors.length && { errors_count: errors.length }) };
}

function isUnavailable(outcome: Accepted | ApiError): boolean {
  return outcome instanceof ApiError && outcome.code === 'Unavailable';
}

function withPlace(error: ApiError, place: string): ApiError {
  return new ApiError(error.code, `${place}: ${error.message}`, {
    errors: error.errors,
    cause: error,
  });
}

function explainBroken({ broken, message }: BrokenBatch): ApiError {
  switch (broken) {
    case 'malformed':
      return malformedBody(message);
    case 'empty':
      return validationError('InvalidBody', [{ field: 'body', code: 'too_short', message }]);
    case 'too many':
      return validationError('BodyTooLarge', [{ field: 'body', code: 'too_many', message }]);
  }
}
