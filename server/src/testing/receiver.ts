import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that the receiver saw. */
export interface ReceivedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Behaviour = (request: ReceivedRequest, response: ServerResponse) => void;

/** An endpoint on loopback that remembers what it saw. */
export interface Receiver {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  /** The requests of one invocation, in the order in which they came. */
  requestsOf(invocationId: string): ReceivedRequest[];
  /** From now on requests are answered so; 200 and `ok` at first. */
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

/** Answers with a status and nothing else. */
export function answering(statusCode: number, headers: Record<string, string> = {}): Behaviour {
  return (_request, response) => response.writeHead(statusCode, headers).end();
}

/** Starts a receiver on a free port. */
export async function startReceiver(): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  let behaviour: Behaviour = (_request, response) => response.end('ok');
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const request = {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString(),
      };
      requests.push(request);
      behaviour(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    requestsOf: (invocationId) =>
      requests.filter(({ headers }) => headers['x-zendesk-webhook-invocation-id'] === invocationId),
    behave(next) {
      behaviour = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
