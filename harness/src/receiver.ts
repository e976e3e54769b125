import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A request that the receiver read to its end. */
export interface ReceivedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What the receiver does with a request: answers, now or later, or breaks the connection. */
export type Behaviour = (request: ReceivedRequest, response: ServerResponse) => void;

/** An HTTP endpoint on loopback. It remembers the requests that it saw. */
export interface Receiver {
  readonly url: string;
  readonly port: number;
  /** In the order of arrival; empty if the receiver does not remember. */
  readonly requests: readonly ReceivedRequest[];
  /** The requests of one invocation, in the order of arrival. */
  requestsOf(invocationId: string): ReceivedRequest[];
  /** Changes the behaviour, also for requests whose body has not arrived yet. */
  behave(behaviour: Behaviour): void;
  /** Closes the port and all connections: new ones are refused until `open`. */
  shut(): Promise<void>;
  /** Listens again, on the same port. */
  open(): Promise<void>;
  /** Closes the port and all connections for good. */
  close(): Promise<void>;
}

interface Options {
  /** The port to listen on; any free one by default. */
  readonly port?: number;
  /** The first behaviour; answers 200 and `ok` by default. */
  readonly behaviour?: Behaviour;
  /** False for runs of hours, whose requests would fill the memory; true by default. */
  readonly remembers?: boolean;
  /** Called for each new connection. */
  readonly onConnection?: (socket: Socket) => void;
  /** Called when the head of a request has arrived, before its body. */
  readonly onHead?: (request: IncomingMessage, response: ServerResponse) => void;
}

/** How long to wait before another try when somebody else has the port. */
const AGAIN_MS = 100;

/** Node's default of 511 is too small for the crowd that a node opens when it has caught up. */
const BACKLOG = 1_024;

/** Answers with a status and nothing else. */
export function answering(statusCode: number, headers: Record<string, string> = {}): Behaviour {
  return (_request, response) => response.writeHead(statusCode, headers).end();
}

/** Starts a receiver on 127.0.0.1. */
export async function startReceiver(options: Options = {}): Promise<Receiver> {
  const { remembers = true, onConnection, onHead } = options;
  const requests: ReceivedRequest[] = [];
  let behaviour: Behaviour = options.behaviour ?? ((_request, response) => response.end('ok'));

  const server = createServer((incoming, response) => {
    onHead?.(incoming, response);
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const request = {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString(),
      };
      if (remembers) requests.push(request);
      behaviour(request, response);
    });
  });
  if (onConnection !== undefined) server.on('connection', onConnection);

  async function listen(port: number): Promise<number> {
    for (;;) {
      try {
        await once(server.listen({ port, host: '127.0.0.1', backlog: BACKLOG }), 'listening');
        return (server.address() as AddressInfo).port;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
        await sleep(AGAIN_MS);
      }
    }
  }

  async function shut(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server.close(), 'close');
    server.closeAllConnections();
    await closed;
  }

  const port = await listen(options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    requestsOf: (invocationId) =>
      requests.filter(({ headers }) => headers['x-zendesk-webhook-invocation-id'] === invocationId),
    behave(next) {
      behaviour = next;
    },
    shut,
    async open() {
      if (!server.listening) await listen(port);
    },
    close: shut,
  };
}
