import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { ApiError } from './api-error.ts';
import { errorBody } from './error-body.ts';
import { ERRORS } from './errors.ts';

function describe(code: string | undefined): ApiError {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new ApiError('HeadersTooLarge', 'the request line and headers are too large');
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new ApiError('RequestTimeout', 'the request did not arrive in time');
  }
  return new ApiError('MalformedRequest', 'this is not a valid HTTP request');
}

/**
 * Answers bytes that Node's HTTP parser rejects. There is no Fastify request yet, so this writes
 * the same error shape, with a new request id, to the socket itself.
 */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const answer = describe(error.code);
  const status = ERRORS[answer.code];
  const body = JSON.stringify(errorBody(answer, status));
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'connection: close',
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${randomUUID()}`,
      '',
      body,
    ].join('\r\n'),
    () => socket.destroy(),
  );
}
