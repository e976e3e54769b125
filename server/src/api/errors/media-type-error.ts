import type { FastifyRequest } from 'fastify';
import { ApiError } from './api-error.ts';

const CHARSET = /; *charset *= *"?([^\s;"]*)/i;

/**
 * The error for a body whose headers announce a type, charset or compression that is not supported.
 * Without this check, a compressed body would be reported as invalid JSON, and Latin-1 as invalid
 * UTF-8.
 */
export function mediaTypeError(
  { headers }: Pick<FastifyRequest, 'headers'>,
  types: string,
  pattern: RegExp,
): ApiError | undefined {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return unsupported('the body must not be compressed: send it without content-encoding');
  }
  const type = headers['content-type'] ?? '';
  if (!pattern.test(type)) return unsupported(`the content-type must be ${types}`);
  const charset = CHARSET.exec(type)?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    return unsupported('the charset of the content-type must be utf-8');
  }
  return undefined;
}

function unsupported(message: string): ApiError {
  return new ApiError('UnsupportedMediaType', message);
}
