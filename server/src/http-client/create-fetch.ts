import { type IncomingMessage, request as sendRequest } from 'node:http';
import type { Dial } from '../addresses/dialled.ts';
import { DialledStream } from './dialled-stream.ts';

/** What `fetch` is to clients that take one: the answer is whole when it resolves. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

interface Options {
  readonly dial: Dial;
  /** The account whose share of look-ups it uses. */
  readonly accountId: number;
  /** A longer answer fails. */
  readonly mostBytes: number;
}

/** Statuses whose answers have no body. */
const WITHOUT_BODY = new Set([204, 205, 304]);

/**
 * Makes a `fetch` that dials as deliveries do: by the address rules, and through the proxy where there is
 * one. Each request has a connection of its own, follows no redirect and asks for no compression.
 */
export function createFetch({ dial, accountId, mostBytes }: Options): Fetch {
  return (url, { body, headers, method = 'GET', signal }) =>
    new Promise((resolve, reject) => {
      const target = new URL(url);
      let dialled: DialledStream | undefined;
      const sent = sendRequest({
        method,
        host: target.hostname,
        path: `${target.pathname}${target.search}`,
        headers: {
          ...Object.fromEntries(new Headers(headers ?? {})),
          host: target.host,
          connection: 'close',
        },
        createConnection: (_options, onStream) => {
          // Until it is open, its errors are those of the request; then Node listens.
          const refuse = (error: Error) => onStream(error, undefined as never);
          try {
            const stream = new DialledStream(dial, target, { accountId }, () => {
              stream.off('error', refuse).on('error', () => undefined);
              onStream(null, stream);
            });
            stream.on('error', refuse);
            dialled = stream;
          } catch (error) {
            process.nextTick(refuse, error);
          }
          return undefined;
        },
      });
      const abort = () => fail(signal?.reason as Error);
      const fail = (error: Error) => {
        signal?.removeEventListener('abort', abort);
        reject(error);
        sent.destroy();
        // Until it is open, the request does not know of it, and a handshake may never end.
        dialled?.destroy();
      };
      signal?.addEventListener('abort', abort, { once: true });
      if (signal?.aborted === true) abort();
      sent.once('error', fail);
      sent.once('response', (answer) => {
        const chunks: Buffer[] = [];
        let length = 0;
        answer.on('data', (chunk: Buffer) => {
          length += chunk.length;
          if (length > mostBytes) fail(new Error(`the answer is longer than ${mostBytes} bytes`));
          else chunks.push(chunk);
        });
        answer.once('error', fail);
        answer.once('aborted', () => fail(new Error('the answer broke off')));
        answer.once('end', () => {
          signal?.removeEventListener('abort', abort);
          try {
            resolve(responseOf(answer, chunks));
          } catch (error) {
            fail(error as Error);
          }
        });
      });
      sent.end(typeof body === 'string' ? body : undefined);
    });
}

function responseOf(answer: IncomingMessage, chunks: readonly Buffer[]): Response {
  const headers = new Headers();
  for (let at = 0; at + 1 < answer.rawHeaders.length; at += 2) {
    headers.append(answer.rawHeaders[at] as string, answer.rawHeaders[at + 1] as string);
  }
  const status = answer.statusCode as number;
  const body = WITHOUT_BODY.has(status) ? null : Buffer.concat(chunks);
  return new Response(body, { status, headers });
}
