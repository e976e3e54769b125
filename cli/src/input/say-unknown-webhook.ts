import type { Zendesk } from '@hooktrail/sdk';
import type { Context } from '../session/context.ts';
import { isId } from './is-id.ts';
import { unknownWebhook } from './unknown-webhook.ts';

/** With more names that contain it, it is one of them, or nearly: nothing is said. */
const MOST_NAMES = 1_000;

/**
 * Says that no webhook has the name of `--webhook`. A query selects nothing then, which looks as if nothing
 * happened. A query takes names letter by letter, so another case of letters is another name here. Whatever else
 * fails is for the command itself to say.
 */
export async function sayUnknownWebhook(
  context: Context,
  client: Zendesk,
  text: string,
  signal: AbortSignal,
): Promise<void> {
  if (isId(text)) return;
  const options = { signal, onRetry: () => undefined };
  try {
    const likely = await client.webhooks
      .list({ filterNameContains: text, pageSize: 100 }, options)
      .all({ limit: MOST_NAMES });
    if (likely.length === MOST_NAMES || likely.some(({ name }) => name === text)) return;
    context.note(await unknownWebhook(client, text, options), { webhook: text });
  } catch {
    // The command asks the same server.
  }
}
