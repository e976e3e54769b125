import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import type { ApiError } from '../errors/api-error.ts';
import { malformedBody } from '../errors/malformed-body.ts';
import { mediaTypeError } from '../errors/media-type-error.ts';
import type { App } from '../services/routes.ts';

const JSON_TYPE = /^application\/json *(?:;|$)/i;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/**
 * Gives the routes of `scope` the bytes of a body instead of parsed JSON. `scope` must hold no
 * other routes, since a scope has one body parser. `types` names the accepted content types in
 * messages, `pattern` matches them.
 *
 * A byte order mark is rejected, not stripped: JSON has none (RFC 8259, 8.1), and receivers must
 * get the bytes that were posted.
 */
export function takeRawBodies(scope: App, types = 'application/json', pattern = JSON_TYPE): void {
  const bodyError = (request: FastifyRequest, body: Buffer): ApiError | undefined => {
    if (body.length === 0) return missing();
    const unsupported = mediaTypeError(request, types, pattern);
    if (unsupported !== undefined) return unsupported;
    if (!isUtf8(body)) return malformedBody('the body is not valid UTF-8');
    if (body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)) {
      return malformedBody('the body begins with a byte order mark');
    }
    return undefined;
  };

  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (request, body, done) => {
    const error = bodyError(request, body);
    if (error === undefined) done(null, body);
    else done(error);
  });
  // The schema of a raw body is documentation only: the route checks the text itself.
  scope.setValidatorCompiler(() => () => true);
}

/** Returns the body: valid UTF-8, not empty. */
export function rawBody(request: { readonly body: unknown }): Buffer {
  if (!Buffer.isBuffer(request.body)) throw missing();
  return request.body;
}

function missing(): ApiError {
  return malformedBody('a body is required', 'required');
}
