import { callApi } from '@hooktrail/harness/call-api';
import { TOKEN } from '../wire/token.ts';

/**
 * Calls the API of the server that is measured.
 *
 * @throws Error with the answer when that is not a 2xx.
 */
export async function requestApi<Body>(
  url: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Body> {
  const answer = await callApi<Body>({ url: url + path, token: TOKEN, method, body });
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
}
