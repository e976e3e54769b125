import { hash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { startReceiver } from '@hooktrail/harness/receiver';

/**
 * What an endpoint does with requests; `down` refuses connections. `lost` answers 500 to what no job
 * sends, and to a fifth of what a job sends, the same in each request of the job for an invocation.
 */
export type Behaviour = 'ok' | 'slow' | 'failing' | 'busy' | 'reset' | 'hanging' | 'down' | 'lost';

/** Notes what happens to requests, and numbers them. */
export interface Witness {
  /** Returns the number of the request. */
  arrived(request: IncomingMessage): number;
  answered(serial: number, status: number): void;
  closed(serial: number): void;
  connected(socket: Socket): void;
}

/** The endpoint of one webhook. */
export interface Endpoint {
  readonly port: number;
  behave(behaviour: Behaviour): Promise<void>;
  close(): Promise<void>;
}

const SLOW_MS = [1_000, 3_000] as const;
/** Leaves time to find the process at the other end. */
const RESET_AFTER_MS = 25;

/** The header of an answer that carries the request's number into the trail. */
export const SERIAL = 'x-torture-request';

/** The header that names the job that sends a request. */
export const JOB = 'x-hooktrail-job';

const REFUSED = 0.2;

function isRefused(headers: IncomingHttpHeaders): boolean {
  const job = headers[JOB];
  if (job === undefined) return true;
  const text = `${String(job)} ${String(headers['x-zendesk-webhook-invocation-id'])}`;
  return hash('sha256', text, 'buffer').readUInt32LE() / 2 ** 32 < REFUSED;
}

/** Listens on a port, as the endpoint of one webhook. */
export async function openEndpoint(port: number, witness: Witness): Promise<Endpoint> {
  let behaviour: Behaviour = 'ok';

  const receiver = await startReceiver({
    port,
    // The books have what the checks need of a request; bodies would fill the memory.
    remembers: false,
    onConnection: witness.connected,
    onHead(request, response) {
      const serial = witness.arrived(request);
      response.on('finish', () => witness.answered(serial, response.statusCode));
      response.on('close', () => witness.closed(serial));
      response.setHeader(SERIAL, serial);
    },
    behaviour: ({ headers }, response) => answer(headers, response),
  });

  function answer(headers: IncomingHttpHeaders, response: ServerResponse): void {
    switch (behaviour) {
      case 'ok':
      case 'down':
        response.end('ok');
        return;
      case 'slow': {
        const spread = (Number(response.getHeader(SERIAL)) * 397) % (SLOW_MS[1] - SLOW_MS[0]);
        setTimeout(() => response.end('ok at last'), SLOW_MS[0] + spread);
        return;
      }
      case 'failing':
        response.writeHead(500).end('failing');
        return;
      case 'lost':
        if (isRefused(headers)) response.writeHead(500).end('failing');
        else response.end('ok');
        return;
      case 'busy':
        response.writeHead(429, { 'retry-after': '1' }).end('busy');
        return;
      case 'reset':
        setTimeout(() => response.socket?.resetAndDestroy(), RESET_AFTER_MS);
        return;
      case 'hanging':
        return; // until the sender gives up
    }
  }

  return {
    port,
    async behave(next) {
      behaviour = next;
      if (next === 'down') await receiver.shut();
      else await receiver.open();
    },
    close: () => receiver.close(),
  };
}
