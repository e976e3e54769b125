import type { PreparedRequest } from './publish-request.ts';
import { TOKEN } from './token.ts';

/** Makes the request that reads a path of the API, as account 1 by default. */
export function getRequest(path: string, token = TOKEN): PreparedRequest {
  const head = [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Authorization: Bearer ${token}`,
    'Accept: application/json',
    '\r\n',
  ];
  return { bytes: Buffer.from(head.join('\r\n')), stampAt: undefined, numberAt: undefined };
}
