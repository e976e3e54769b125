import type { ServerResponse } from 'node:http';
import { type ReceivedRequest, startReceiver } from '@hooktrail/harness/receiver';
import { verifySignature } from '@hooktrail/sdk/signature';
import { BEHAVIOURS, type Behaviour } from './behaviour.ts';

/** The requests of one invocation, as its endpoint saw them. */
export interface Visits {
  readonly webhookId: string;
  readonly eventId: string;
  readonly eventType: string;
  count: number;
}

/**
 * The endpoints of the webhooks: one receiver with a path for each behaviour, which keeps count.
 */
export interface Endpoints {
  /** Where the receiver listens. */
  readonly baseUrl: string;
  url(behaviour: Behaviour): string;
  /** Sets the secret that signs the deliveries of a webhook. */
  trust(webhookId: string, secret: string): void;
  /** By the id of the invocation. */
  readonly visits: ReadonlyMap<string, Visits>;
  /** What was wrong with requests; empty when all were as they must be. */
  readonly complaints: readonly string[];
  /** How many requests have arrived, and how many of them still wait for their answer. */
  counts(): { arrived: number; waiting: number };
  close(): Promise<void>;
}

/** Opens the endpoints on a free port. */
export async function openEndpoints(): Promise<Endpoints> {
  const secrets = new Map<string, string>();
  const visits = new Map<string, Visits>();
  const complaints: string[] = [];
  let arrived = 0;
  let waiting = 0;
  let closing = false;

  async function receive(
    { body, headers, path }: ReceivedRequest,
    response: ServerResponse,
  ): Promise<void> {
    const webhookId = String(headers['x-zendesk-webhook-id']);
    const invocationId = String(headers['x-zendesk-webhook-invocation-id']);
    const secret = secrets.get(webhookId);
    if (secret === undefined) throw new Error(`unknown webhook ${webhookId}`);
    await verifySignature({ secret, body, headers });

    const event = JSON.parse(body) as { id: string; type: string };
    const seen = visits.get(invocationId) ?? {
      webhookId,
      eventId: event.id,
      eventType: event.type,
      count: 0,
    };
    visits.set(invocationId, seen);
    seen.count++;
    await BEHAVIOURS[path.slice(1) as Behaviour](response, seen.count);
  }

  function complain(path: string | undefined, error: Error): void {
    // A request that breaks off while the demo stops is expected.
    if (!closing) complaints.push(`${path}: ${error.message}`);
  }

  const receiver = await startReceiver({
    onHead(request, response) {
      arrived++;
      waiting++;
      request.once('error', (error) => complain(request.url, error));
      response.once('close', () => waiting--);
    },
    behaviour(request, response) {
      receive(request, response).catch((error: Error) => {
        complain(request.path, error);
        if (!response.headersSent) response.writeHead(401);
        response.end();
      });
    },
  });

  return {
    baseUrl: receiver.url,
    url: (behaviour) => `${receiver.url}/${behaviour}`,
    trust: (webhookId, secret) => void secrets.set(webhookId, secret),
    visits,
    complaints,
    counts: () => ({ arrived, waiting }),
    close() {
      closing = true;
      return receiver.close();
    },
  };
}
