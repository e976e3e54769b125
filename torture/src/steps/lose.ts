import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@hooktrail/harness/create-random';
import type { Books } from '../books/books.ts';
import type { ReplayedWebhook } from '../stage/make-webhooks.ts';
import type { Stage } from '../stage/stage.ts';
import { callAny } from './call-any.ts';

interface Answer {
  readonly results: readonly {
    readonly status: number;
    readonly invocations?: readonly { readonly id: string; readonly webhook_id: string }[];
  }[];
}

const AGAIN_MS = 300;
/** When so few are left, a job is asked for: it meets what is in flight, too. */
const FEW = 0.1;
const PATIENCE_MS = 15_000;
const LOOK_MS = 250;

/**
 * Publishes events to a webhook whose endpoint refuses them, until each is accepted and nearly all of
 * them are lost. A batch is repeated until every answer is clear; its ids make that harmless.
 */
export async function lose(
  { nodes, trail }: Stage,
  books: Books,
  webhook: ReplayedWebhook,
  name: string,
  count: number,
  { random, signal }: { readonly random: Random; readonly signal: AbortSignal },
): Promise<void> {
  const tags = Array.from({ length: count }, (_, number) => `${name}-${number}`);
  for (const tag of tags) {
    books.publications.set(tag, {
      ...{ tag, webhookIds: [webhook.id], accepted: undefined, unclear: 0 },
    });
  }
  const events = tags.map((tag) => ({ type: webhook.type, id: tag, detail: { tag } }));
  for (let isClear = false; !isClear; ) {
    const answer = await callAny<Answer>(nodes, random, 'POST', '/v1/events/batch', events);
    isClear = answer !== undefined && answer.status < 300;
    for (const [place, tag] of tags.entries()) {
      const publication = books.publications.get(tag);
      const result = isClear ? answer?.body.results[place] : undefined;
      if (publication === undefined) continue;
      if (result?.status === 202) {
        publication.accepted ??= (result.invocations ?? []).map((one) => ({
          ...{ id: one.id, webhookId: one.webhook_id },
        }));
      } else {
        publication.unclear++;
        isClear = false;
      }
    }
    if (!isClear) await sleep(AGAIN_MS, undefined, { signal });
  }
  for (const endMs = Date.now() + PATIENCE_MS; Date.now() < endMs; ) {
    await sleep(LOOK_MS, undefined, { signal });
    // The database may be away.
    const { open } = await trail.ofWebhook(webhook.id).catch(() => ({ open: count }));
    if (open <= count * FEW) return;
  }
}
