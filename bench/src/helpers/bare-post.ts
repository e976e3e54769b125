import { createAddressRules } from '@hooktrail/server/address-rules';
import { createHttpClient } from '@hooktrail/server/create-http-client';
import { createSend } from '@hooktrail/server/create-send';
import { newId } from '@hooktrail/server/ids';
import type { Target } from '@hooktrail/server/webhook';
import { serve } from './serve.ts';

/** The requests to send. */
export interface Posts {
  /** The ports of the endpoints, which take turns. */
  readonly ports: readonly number[];
  readonly body: string;
  readonly count: number;
  /** Requests in flight. */
  readonly concurrency: number;
}

/**
 * The commands of a process that sends signed requests with the server's code, and records nothing.
 */
export interface BarePost {
  /** Resolves to the seconds that it took. */
  post(posts: Posts): Promise<number>;
}

const TIME_LIMIT_MS = 12_000;

const send = createSend(createHttpClient(createAddressRules(['127.0.0.0/8'])), (value) => value);

async function post({ ports, body, count, concurrency }: Posts): Promise<number> {
  const webhooks = ports.map((port) => ({
    id: newId(Date.now()),
    target: targetAt(port),
  }));
  let sent = 0;
  async function loop(): Promise<void> {
    while (sent < count) {
      const webhook = webhooks[sent++ % webhooks.length];
      if (webhook === undefined) return;
      const nowMs = Date.now();
      const { status, errorMessage } = await send({
        target: webhook.target,
        accountId: 1,
        webhookId: webhook.id,
        invocationId: newId(nowMs),
        payload: body,
        nowMs,
        timeLimitMs: TIME_LIMIT_MS,
        standardWebhooks: false,
      });
      if (status !== 'success') throw new Error(`${status}: ${errorMessage}`);
    }
  }
  const started = performance.now();
  await Promise.all(Array.from({ length: concurrency }, loop));
  return (performance.now() - started) / 1_000;
}

function targetAt(port: number): Target {
  return {
    endpoint: `http://127.0.0.1:${port}/`,
    httpMethod: 'POST',
    requestFormat: 'json',
    authentication: undefined,
    customHeaders: undefined,
    signingSecret: Buffer.alloc(32, 7).toString('base64'),
    previousSecret: undefined,
    signingKeys: undefined,
    clientCertificate: undefined,
  };
}

serve<BarePost>({ post });
