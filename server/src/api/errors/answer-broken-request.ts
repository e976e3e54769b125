import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { ANSWER_HEADERS } from './answer-headers.ts';
import { ApiError } from './api-error.ts';
import { errorBody } from './error-body.ts';
import { ERRORS } from './errors.ts';

/** Throws the error for a method and target that no operation has. */
type Refuse = (method: string, url: string) => never;

/** The request line; a method is any token of RFC 9110. */
const REQUEST_LINE = /^([!#$%&'*+.^_`|~\dA-Za-z-]{1,40}) (\S{1,8192}) HTTP\/1\.[01]\r?\n/;

function describe(
  { code, rawPacket }: NodeJS.ErrnoException & { readonly rawPacket?: Buffer },
  refuse: Refuse,
): ApiError {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new ApiError('HeadersTooLarge', 'the request line and headers are too large');
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new ApiError('RequestTimeout', 'the request did not arrive in time');
  }
  // Node's parser takes only the methods that it knows: QUERY, for one, from version 22 on.
  const line = code === 'HPE_INVALID_METHOD' ? REQUEST_LINE.exec(String(rawPacket)) : null;
  if (line !== null) {
    const [, method = '', target = ''] = line;
    try {
      refuse(method, target);
    } catch (error) {
      if (error instanceof ApiError) return error;
    }
  }
  return new ApiError('MalformedRequest', 'this is not a valid HTTP request');
}

/**
 * Answers bytes that Node's HTTP parser rejects. There is no Fastify request yet, so this writes
 * the same error shape, with a new request id, to the socket itself.
 */
export function answerBrokenRequest(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  refuse: Refuse,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const answer = describe(error, refuse);
  const status = ERRORS[answer.code];
  const body = JSON.stringify(errorBody(answer, status));
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'connection: close',
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${randomUUID()}`,
      ...Object.entries({ ...ANSWER_HEADERS, ...answer.headers }).map(
        ([name, value]) => `${name}: ${value}`,
      ),
      '',
      body,
    ].join('\r\n'),
    () => socket.destroy(),
  );
}
