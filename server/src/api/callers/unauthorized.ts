import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors/api-error.ts';

/**
 * A 401. Scripts of a page get no `Basic`: the browser would open a window of its own that asks for a
 * password, over the page that handles the answer.
 */
export function unauthorized(
  { headers }: Pick<FastifyRequest, 'headers'>,
  message: string,
): ApiError {
  const mode = headers['sec-fetch-mode'];
  const ofPage = (mode !== undefined && mode !== 'navigate') || headers.origin !== undefined;
  const schemes = ofPage
    ? 'Bearer realm="hooktrail"'
    : 'Bearer realm="hooktrail", Basic realm="hooktrail"';
  return new ApiError('Unauthorized', message, { headers: { 'www-authenticate': schemes } });
}
