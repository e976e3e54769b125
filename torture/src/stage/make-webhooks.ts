import { setTimeout as sleep } from 'node:timers/promises';
import { callApi } from '@hooktrail/harness/call-api';
import type { Endpoint } from './endpoint.ts';
import { makeWebhook } from './make-webhook.ts';
import { TOKEN } from './token.ts';

/** What publishers can publish, and which webhooks receive it. */
export interface Audience {
  /** The webhooks that subscribe to each event type. */
  readonly types: ReadonlyMap<string, readonly string[]>;
  /** The webhooks that are invoked directly. */
  readonly direct: readonly string[];
  /** The webhook with a backlog. */
  readonly backlogged: string;
  readonly webhookIds: readonly string[];
}

/** Every tenth is invoked directly; the others subscribe to an event type of their own and to a shared one. */
const DIRECT_EVERY = 10;
const GROUPS = 6;
const PATIENCE_MS = 30_000;
const POLL_MS = 50;

/** The event type of the webhook that has a backlog; publishers do not use it. */
export const BACKLOG_TYPE = 'torture.backlog';

/**
 * Makes a webhook for each endpoint, and one with a backlog, which sends one request at a time. Waits
 * until every node knows all of them.
 */
export async function makeWebhooks(
  nodes: readonly { readonly url: string }[],
  endpoints: readonly Endpoint[],
  backlog: Endpoint,
): Promise<Audience> {
  const types = new Map<string, string[]>();
  const direct: string[] = [];
  const webhookIds: string[] = [];
  const url = nodes[0]?.url as string;
  for (const [index, { port }] of endpoints.entries()) {
    const isDirect = index % DIRECT_EVERY === 0;
    const subscriptions = isDirect
      ? ['conditional_ticket_events']
      : [`torture.own.w${index}`, `torture.group.g${index % GROUPS}`];
    const id = await makeWebhook(url, { name: `torture ${index}`, port, subscriptions });
    webhookIds.push(id);
    if (isDirect) direct.push(id);
    else for (const type of subscriptions) types.set(type, [...(types.get(type) ?? []), id]);
  }
  const backlogged = await makeWebhook(url, {
    name: 'torture backlog',
    port: backlog.port,
    subscriptions: [BACKLOG_TYPE],
    delivery: { concurrency: 1 },
  });
  webhookIds.push(backlogged);
  for (const { url } of nodes) {
    for (const id of webhookIds) await untilKnown(`${url}/api/v2/webhooks/${id}`);
  }
  return { types, direct, backlogged, webhookIds };
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
