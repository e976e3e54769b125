import type { WebhookInvocation, Zendesk } from '@hooktrail/sdk';
import type { Actor } from './make-webhooks.ts';

/** What the API says of one webhook. */
export interface Trail extends Actor {
  /** Newest first. */
  readonly invocations: readonly WebhookInvocation[];
  /** How many pages they came in. */
  readonly pages: number;
}

/** Reads all invocations of every webhook, page by page. */
export async function readTrail(
  client: Zendesk,
  actors: readonly Actor[],
  signal: AbortSignal,
): Promise<Trail[]> {
  const trails: Trail[] = [];
  for (const actor of actors) {
    // By id: one that changes while its list is read may move from a page to the next.
    const invocations = new Map<string, WebhookInvocation>();
    let pages = 0;
    const list = client.webhookInvocations.list(actor.webhook.id, { pageSize: 100 }, { signal });
    for await (const page of list.pages()) {
      pages++;
      for (const invocation of page.items) invocations.set(invocation.id, invocation);
    }
    trails.push({ ...actor, invocations: [...invocations.values()], pages });
  }
  return trails;
}
