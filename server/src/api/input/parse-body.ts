import type { FastifyRequest } from 'fastify';
import { mediaTypeError } from '../errors/media-type-error.ts';
import { parseJson } from './parse-json.ts';

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json *(?:;|$)/i;

/**
 * Parses the body of a request. An empty body counts as none, whatever its content type: `curl -d
 * ''` and many clients send a type without content. The body of a DELETE is ignored.
 */
export async function parseBody(
  request: Pick<FastifyRequest, 'headers' | 'method'>,
  body: Buffer,
): Promise<unknown> {
  if (body.length === 0 || request.method === 'DELETE') return undefined;
  const error = mediaTypeError(request, 'application/json', JSON_TYPE);
  if (error !== undefined) throw error;
  return parseJson(body);
}
