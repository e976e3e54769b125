import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';

/**
 * Sends a request for JSON with `node:http`, and everything else with the global `fetch`: the first answer of that
 * compiles a parser in WebAssembly, which takes more processor time than all that a list does besides. Requests that
 * change something keep `fetch`, and so do streams.
 */
export async function quickFetch(url: string, init: RequestInit): Promise<Response> {
  const { headers: given, method = 'GET', signal } = init;
  const headers = new Headers(given);
  if (method !== 'GET' || headers.get('accept') !== 'application/json') return fetch(url, init);
  const { get } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  headers.set('accept-encoding', 'gzip');
  const options = { headers: Object.fromEntries(headers), ...(signal && { signal }) };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, options, resolve).on('error', reject);
  });
  const bytes = await buffer(answer);
  const isZipped = answer.headers['content-encoding'] === 'gzip';
  const body = isZipped ? (await import('node:zlib')).gunzipSync(bytes) : bytes;
  const { headers: found, statusCode: status = 0, statusMessage: statusText = '' } = answer;
  const pairs = Object.entries(found).map(([name, value]) => [name, String(value)]);
  // Of 204 and 304 a body is refused, even one of no bytes.
  return new Response(body.length === 0 ? null : body, {
    status,
    statusText,
    headers: Object.fromEntries(pairs),
  });
}
