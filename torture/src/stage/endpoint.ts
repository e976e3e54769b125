import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What an endpoint does with requests; `down` refuses connections. */
export type Behaviour = 'ok' | 'slow' | 'failing' | 'busy' | 'reset' | 'hanging' | 'down';

/** Told of what happens to requests; gives each its number. */
export interface Witness {
  arrived(request: IncomingMessage): number;
  answered(serial: number, status: number): void;
  closed(serial: number): void;
  connected(socket: Socket): void;
}

export interface Endpoint {
  readonly port: number;
  behave(behaviour: Behaviour): Promise<void>;
  close(): Promise<void>;
}

const SLOW_MS = [1_000, 3_000] as const;
/** Time enough to find out who is at the other end. */
const RESET_AFTER_MS = 25;
const AGAIN_MS = 100;

/** The header that carries the request's number back into the trail. */
export const SERIAL = 'x-torture-request';

/** Listens on a port, as the endpoint of one webhook. */
export async function openEndpoint(port: number, witness: Witness): Promise<Endpoint> {
  let behaviour: Behaviour = 'ok';

  const server = createServer((request, response) => {
    const serial = witness.arrived(request);
    response.on('finish', () => witness.answered(serial, response.statusCode));
    response.on('close', () => witness.closed(serial));
    response.setHeader(SERIAL, serial);
    request.resume().on('end', () => answer(serial, request, response));
  });
  server.on('connection', witness.connected);

  function answer(serial: number, request: IncomingMessage, response: ServerResponse): void {
    switch (behaviour) {
      case 'ok':
      case 'down':
        response.end('ok');
        return;
      case 'slow':
        setTimeout(
          () => response.end('ok at last'),
          SLOW_MS[0] + ((serial * 397) % (SLOW_MS[1] - SLOW_MS[0])),
        );
        return;
      case 'failing':
        response.writeHead(500).end('failing');
        return;
      case 'busy':
        response.writeHead(429, { 'retry-after': '1' }).end('busy');
        return;
      case 'reset':
        setTimeout(() => request.socket.resetAndDestroy(), RESET_AFTER_MS);
        return;
      case 'hanging':
        return; // until the sender has had enough
    }
  }

  async function listen(): Promise<void> {
    for (;;) {
      try {
        await once(server.listen({ port, host: '127.0.0.1', backlog: 1_024 }), 'listening');
        return;
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

  await listen();
  return {
    port,
    async behave(next) {
      behaviour = next;
      if (next === 'down') await shut();
      else if (!server.listening) await listen();
    },
    close: shut,
  };
}
