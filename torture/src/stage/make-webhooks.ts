import { setTimeout as sleep } from 'node:timers/promises';
import { callApi } from '@hooktrail/harness/call-api';
import type { Endpoint } from './endpoint.ts';
import { makeWebhook } from './make-webhook.ts';
import type { Endpoints } from './open-endpoints.ts';
import { TOKEN } from './token.ts';

/** A webhook whose endpoint takes nothing but what a job sends. */
export interface ReplayedWebhook {
  readonly id: string;
  readonly type: string;
  readonly endpoint: Endpoint;
}

/** What publishers can publish, and which webhooks receive it. */
export interface Audience {
  /** The webhooks that subscribe to each event type. */
  readonly types: ReadonlyMap<string, readonly string[]>;
  /** The webhooks that are invoked directly. */
  readonly direct: readonly string[];
  /** The webhook with a backlog. */
  readonly backlogged: string;
  /** The webhooks whose losses jobs send again, each with an event type of its own. */
  readonly replayed: readonly ReplayedWebhook[];
  /** The webhook that gets copies of what they lost. */
  readonly copies: string;
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
 * Makes a webhook for each endpoint, one with a backlog, which sends one request at a time, those whose
 * losses jobs send again, and one for copies. Waits until every node knows all of them.
 */
export async function makeWebhooks(
  nodes: readonly { readonly url: string }[],
  endpoints: Endpoints,
): Promise<Audience> {
  const types = new Map<string, string[]>();
  const direct: string[] = [];
  const webhookIds: string[] = [];
  const url = nodes[0]?.url as string;
  for (const [index, { port }] of endpoints.list.entries()) {
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
    port: endpoints.backlog.port,
    subscriptions: [BACKLOG_TYPE],
    delivery: { concurrency: 1 },
  });
  webhookIds.push(backlogged);
  const replayed: ReplayedWebhook[] = [];
  for (const [index, endpoint] of endpoints.replayed.entries()) {
    const type = `torture.replayed.r${index}`;
    const { port } = endpoint;
    const name = `torture replayed ${index}`;
    // Lost with the first attempt; a breaker would hold the job back after what it is there to mend.
    const delivery = { schedule_seconds: [], breaker: null };
    const id = await makeWebhook(url, { name, port, subscriptions: [type], delivery });
    await endpoint.behave('lost');
    replayed.push({ id, type, endpoint });
    webhookIds.push(id);
  }
  const copies = await makeWebhook(url, {
    name: 'torture copies',
    port: endpoints.copies.port,
    subscriptions: ['torture.copies'],
  });
  webhookIds.push(copies);
  for (const { url } of nodes) {
    for (const id of webhookIds) await untilKnown(`${url}/api/v2/webhooks/${id}`);
  }
  return { types, direct, backlogged, replayed, copies, webhookIds };
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
