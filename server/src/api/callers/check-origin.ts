import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors/api-error.ts';

type Asked = Pick<FastifyRequest, 'headers' | 'method' | 'protocol' | 'host'>;

/**
 * Refuses what a page of another origin asks for. Browsers send `Origin` with every request that changes
 * something and with every one across origins, and `Sec-Fetch-Site` wherever the page came by https or
 * from this machine. `SameSite` alone does not do it: another port of the same host is the same site.
 *
 * @param proof Whether one of the two must be there: for what changes something or stays open.
 * @throws ApiError `Forbidden`
 */
export function checkOrigin(request: Asked, publicUrl: string | undefined, proof: boolean): void {
  const { origin, 'sec-fetch-site': site } = request.headers;
  const own = [`${request.protocol}://${request.host}`];
  if (publicUrl !== undefined) own.push(new URL(publicUrl).origin);
  if (origin !== undefined && !own.includes(origin.toLowerCase())) {
    throw refusal('Origin names another origin than this node');
  }
  // A person who types an address sends `none`.
  if (site !== undefined && site !== 'same-origin' && (proof || site !== 'none')) {
    throw refusal('Sec-Fetch-Site says that another site asks');
  }
  if (proof && origin === undefined && site === undefined) {
    throw refusal('neither Origin nor Sec-Fetch-Site says that the console asks');
  }
}

function refusal(why: string): ApiError {
  return new ApiError(
    'Forbidden',
    `${why}: a session is only for pages of this node; programs send a token`,
  );
}
