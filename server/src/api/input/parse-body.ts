import type { FastifyRequest } from 'fastify';
import { mediaTypeError } from '../errors/media-type-error.ts';
import { parseJson } from './parse-json.ts';

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json *(?:;|$)/i;

/**
 * Turns a body into what the routes see. An empty one is no body, whatever its type: `curl -d ''`
 * and many clients name a type where they send nothing. What a DELETE carries is not looked at.
 */
export async function parseBody(
  request: Pick<FastifyRequest, 'headers' | 'method'>,
  body: Buffer,
): Promise<unknown> {
  if (body.length === 0 || request.method === 'DELETE') return undefined;
  const problem = mediaTypeError(request, 'application/json', JSON_TYPE);
  if (problem !== undefined) throw problem;
  return parseJson(body);
}
