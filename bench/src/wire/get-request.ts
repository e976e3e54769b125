import type { PreparedRequest } from './publish-request.ts';
import { TOKEN } from './token.ts';

/** Makes the request that reads a path of the API. */
export function getRequest(path: string): PreparedRequest {
  const head = [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Authorization: Bearer ${TOKEN}`,
    'Accept: application/json',
    '\r\n',
  ];
  return { bytes: Buffer.from(head.join('\r\n')), stampAt: undefined, numberAt: undefined };
}
