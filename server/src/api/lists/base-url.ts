import type { FastifyRequest } from 'fastify';

/**
 * A host and an optional port, without characters that could end the URL or break out of a header.
 */
const HOST = /^(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/;

/**
 * The base of the links of an answer: `publicUrl` or the host of the request. `X-Forwarded-*` is
 * believed only from HOOKTRAIL_TRUSTED_PROXIES, since anyone can send it.
 */
export function baseUrl(
  publicUrl: string | undefined,
  request: Pick<FastifyRequest, 'protocol' | 'host'>,
): string {
  const host = HOST.test(request.host) ? request.host : 'localhost';
  const protocol = request.protocol === 'https' ? 'https' : 'http';
  return publicUrl ?? `${protocol}://${host}`;
}
