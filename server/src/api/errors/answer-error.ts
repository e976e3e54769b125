import type { FastifyReply, FastifyRequest } from 'fastify';
import { ANSWER_HEADERS } from './answer-headers.ts';
import { errorBody } from './error-body.ts';
import { statusOf } from './status-of.ts';
import { toApiError } from './to-api-error.ts';

/** Sends an error (spec/contract.md, "Errors"). Details of internal errors go to the log only. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const answer = toApiError(error);
  const status = statusOf(answer.code, request.url);
  if (status === 500) request.log.error({ err: error }, 'request failed with an internal error');
  // An unreachable database fails every request. The outage is logged once, where it is detected.
  else if (status === 503) request.log.debug({ err: error }, 'request answered 503');
  void reply
    .code(status)
    .headers({ ...ANSWER_HEADERS, ...answer.headers })
    .header('x-request-id', request.id)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(errorBody(answer, status)));
}
