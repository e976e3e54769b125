import type { WebhookInvocation, Zendesk } from '@hooktrail/sdk';
import type { Actor } from './make-webhooks.ts';

/** The trail of one webhook, as the API lists it. */
export interface Trail extends Actor {
  /** Newest first. */
  readonly invocations: readonly WebhookInvocation[];
  /** How many pages were read. */
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
    // By id: an invocation that changes while its list is read may move to the next page.
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
