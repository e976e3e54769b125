import { callApi } from '@hooktrail/harness/call-api';
import type { Books } from '../books/books.ts';
import { BACKLOG_TYPE } from '../stage/make-webhooks.ts';
import type { Stage } from '../stage/stage.ts';
import { TOKEN } from '../stage/token.ts';

/** Its endpoint answers after 1 to 3 s, one request after the other: half of it waits at the end. */
const EVENTS_A_MINUTE = 60;
const MOST_OF_BATCH = 1_000;
const TIME_LIMIT_MS = 30_000;

interface Answer {
  readonly results: readonly {
    readonly status: number;
    readonly invocations: readonly { readonly id: string; readonly webhook_id: string }[];
  }[];
}

/**
 * Publishes events for a webhook that sends one request at a time to a slow endpoint, as many as wait
 * longer than the faults last. Nodes hold them in memory and die with them, again and again; that is
 * no reason to give any of them up.
 */
export async function publishBacklog(stage: Stage, books: Books, minutes: number): Promise<void> {
  const { audience, endpoints, nodes } = stage;
  await endpoints.backlog.behave('slow');
  const count = Math.ceil(minutes * EVENTS_A_MINUTE) + 1;
  const tags = Array.from({ length: count }, (_, number) => `backlog-${number}`);
  for (let from = 0; from < count; from += MOST_OF_BATCH) {
    const batch = tags.slice(from, from + MOST_OF_BATCH);
    const { status, body } = await callApi<Answer>({
      method: 'POST',
      url: `${nodes[0]?.url}/v1/events/batch`,
      token: TOKEN,
      body: JSON.stringify(batch.map((tag) => ({ type: BACKLOG_TYPE, id: tag, detail: { tag } }))),
      timeLimitMs: TIME_LIMIT_MS,
    });
    batch.forEach((tag, place) => {
      const result = status < 300 ? body.results[place] : undefined;
      if (result?.status !== 202) throw new Error(`${tag} was answered with ${status}`);
      books.publications.set(tag, {
        tag,
        webhookIds: [audience.backlogged],
        accepted: result.invocations.map(({ id, webhook_id }) => ({ id, webhookId: webhook_id })),
        unclear: 0,
      });
    });
  }
}
