import type { Target } from '../../model/webhook.ts';
import { endpointPath } from './endpoint-path.ts';
import { withQuery } from './with-query.ts';

/** Path and query of the request that carries a payload; GET and DELETE carry it in the query. */
export function requestPath(
  target: Pick<Target, 'authentication' | 'endpoint' | 'httpMethod'>,
  payload: string,
): string {
  const path = endpointPath(target);
  const { httpMethod } = target;
  return httpMethod === 'GET' || httpMethod === 'DELETE' ? withQuery(path, payload) : path;
}
