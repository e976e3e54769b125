import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorBody } from './error-body.ts';
import { ERRORS } from './errors.ts';
import { toApiError } from './to-api-error.ts';

/** Answers an error in the shape of contract §4; the details of our own faults go to the log only. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const answer = toApiError(error);
  const status = ERRORS[answer.code];
  if (status === 500) request.log.error({ err: error }, 'a request failed');
  // While the database is away this is every request; that it is away is said once, where it is seen.
  else if (status === 503) request.log.debug({ err: error }, 'a request was turned away');
  void reply
    .code(status)
    .headers(answer.headers)
    .header('x-request-id', request.id)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(errorBody(answer)));
}
