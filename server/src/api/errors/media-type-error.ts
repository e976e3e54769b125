import type { FastifyRequest } from 'fastify';
import { ApiError } from './api-error.ts';

const CHARSET = /; *charset *= *"?([^\s;"]*)/i;

/**
 * Why a body cannot be read by what its headers say of it, or undefined. A compressed body would be
 * taken for broken JSON, and one in Latin-1 for broken UTF-8: these say what is really wrong.
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
