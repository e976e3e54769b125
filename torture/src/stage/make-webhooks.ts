import { setTimeout as sleep } from 'node:timers/promises';
import { callApi } from '@hooktrail/harness/call-api';
import type { Endpoint } from './endpoint.ts';
import { TOKEN } from './token.ts';

/** What publishers can publish, and which webhooks receive it. */
export interface Audience {
  /** The webhooks that subscribe to each event type. */
  readonly types: ReadonlyMap<string, readonly string[]>;
  /** The webhooks that are invoked directly. */
  readonly direct: readonly string[];
  readonly webhookIds: readonly string[];
}

/** Every tenth is invoked directly; the others subscribe to an own event type and a shared one. */
const DIRECT_EVERY = 10;
const GROUPS = 6;
const PATIENCE_MS = 30_000;
const POLL_MS = 50;

/** Makes a webhook for each endpoint, and waits until every node knows all of them. */
export async function makeWebhooks(
  nodes: readonly { readonly url: string }[],
  endpoints: readonly Endpoint[],
): Promise<Audience> {
  const types = new Map<string, string[]>();
  const direct: string[] = [];
  const webhookIds: string[] = [];
  for (const [index, { port }] of endpoints.entries()) {
    const isDirect = index % DIRECT_EVERY === 0;
    const subscriptions = isDirect
      ? ['conditional_ticket_events']
      : [`torture.own.w${index}`, `torture.group.g${index % GROUPS}`];
    const { status, body } = await callApi({
      method: 'POST',
      token: TOKEN,
      url: `${nodes[0]?.url}/api/v2/webhooks`,
      body: {
        webhook: {
          name: `torture ${index}`,
          endpoint: `http://127.0.0.1:${port}/`,
          http_method: 'POST',
          request_format: 'json',
          status: 'active',
          subscriptions,
        },
      },
      timeLimitMs: PATIENCE_MS,
    });
    if (status !== 201) throw new Error(`webhook ${index}: ${status} ${JSON.stringify(body)}`);
    const { id } = (body as { webhook: { id: string } }).webhook;
    webhookIds.push(id);
    if (isDirect) direct.push(id);
    else for (const type of subscriptions) types.set(type, [...(types.get(type) ?? []), id]);
  }
  for (const { url } of nodes) {
    for (const id of webhookIds) await untilKnown(`${url}/api/v2/webhooks/${id}`);
  }
  return { types, direct, webhookIds };
}

async function untilKnown(url: string): Promise<void> {
  for (const endMs = Date.now() + PATIENCE_MS; ; await sleep(POLL_MS)) {
    const { status } = await callApi({
      method: 'GET',
      url,
      token: TOKEN,
      timeLimitMs: PATIENCE_MS,
    });
    if (status === 200) return;
    if (Date.now() > endMs) throw new Error(`${url} still answers ${status}`);
  }
}
