import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { verifySignature } from '@hooktrail/sdk/signature';
import { BEHAVIOURS, type Behaviour } from './behaviour.ts';

/** The requests of one invocation, as the receiver saw them. */
export interface Visits {
  readonly webhookId: string;
  readonly eventId: string;
  readonly eventType: string;
  count: number;
}

/** The other side: an HTTP server whose endpoints behave differently, and which keeps count. */
export interface Receiver {
  url(behaviour: Behaviour): string;
  /** Makes known what the deliveries of a webhook are signed with. */
  trust(webhookId: string, secret: string): void;
  /** By the id of the invocation. */
  readonly visits: ReadonlyMap<string, Visits>;
  /** Why requests were not as they must be; empty when all were. */
  readonly complaints: readonly string[];
  /** How many requests have arrived, and how many of them still wait for their answer. */
  counts(): { arrived: number; waiting: number };
  close(): void;
}

/** Starts the receiver on a free port. */
export async function startReceiver(): Promise<Receiver> {
  const secrets = new Map<string, string>();
  const visits = new Map<string, Visits>();
  const complaints: string[] = [];
  let arrived = 0;
  let waiting = 0;

  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    arrived++;
    waiting++;
    response.once('close', () => waiting--);
    const body = await buffer(request);
    const { headers } = request;
    const webhookId = String(headers['x-zendesk-webhook-id']);
    const invocationId = String(headers['x-zendesk-webhook-invocation-id']);
    const secret = secrets.get(webhookId);
    if (secret === undefined) throw new Error(`unknown webhook ${webhookId}`);
    await verifySignature({ secret, body, headers });

    const event = JSON.parse(body.toString()) as { id: string; type: string };
    const seen = visits.get(invocationId) ?? {
      webhookId,
      eventId: event.id,
      eventType: event.type,
      count: 0,
    };
    visits.set(invocationId, seen);
    seen.count++;
    await BEHAVIOURS[request.url?.slice(1) as Behaviour](response, seen.count);
  };
  const server = createServer((request, response) => {
    receive(request, response).catch((error: Error) => {
      // A request that breaks off while the demo stops is nobody's mistake.
      if (server.listening) complaints.push(`${request.url}: ${error.message}`);
      if (!response.headersSent) response.writeHead(401);
      response.end();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: (behaviour) => `http://127.0.0.1:${port}/${behaviour}`,
    trust: (webhookId, secret) => void secrets.set(webhookId, secret),
    visits,
    complaints,
    counts: () => ({ arrived, waiting }),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
