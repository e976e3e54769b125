import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import type { ApiError } from '../errors/api-error.ts';
import { malformedBody } from '../errors/malformed-body.ts';
import { mediaTypeError } from '../errors/media-type-error.ts';
import type { App } from '../services/routes.ts';

const JSON_TYPE = /^application\/json *(?:;|$)/i;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/**
 * Makes the routes of `scope` see the bytes of a body instead of what JSON makes of them. Must be
 * called on a scope of its own, since a scope has one way of reading bodies. `types` are the
 * content types that are taken, in words for people and as a pattern.
 *
 * A byte order mark is refused, not stripped: it is not JSON (RFC 8259, 8.1), and what receivers get
 * would not be what was posted.
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
  // Schemas of raw bodies are documentation: the routes check the text themselves.
  scope.setValidatorCompiler(() => () => true);
}

/** The bytes of the body: valid UTF-8, not empty. */
export function rawBody(request: { readonly body: unknown }): Buffer {
  if (!Buffer.isBuffer(request.body)) throw missing();
  return request.body;
}

function missing(): ApiError {
  return malformedBody('a body is required', 'required');
}
