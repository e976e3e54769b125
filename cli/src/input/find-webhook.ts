import type { Zendesk } from '@hooktrail/sdk';
import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import { isId } from './is-id.ts';
import { unknownWebhook } from './unknown-webhook.ts';

/** More webhooks than this are not looked through for one with exactly this name. */
const MOST_NAMES = 1_000;

/**
 * The id of the webhook that an argument names, by id or by name.
 *
 * @throws CommandFailure when no webhook has the name, or several have it
 */
export async function findWebhook(client: Zendesk, text: string): Promise<string> {
  if (isId(text)) return text.toUpperCase();
  const named = await client.webhooks
    .list({ filterNameContains: text, pageSize: 100 })
    .all({ limit: MOST_NAMES });
  const exact = named.filter(({ name }) => name === text);
  const found =
    exact.length > 0
      ? exact
      : named.filter(({ name }) => name.toLowerCase() === text.toLowerCase());
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first.id;
  if (first !== undefined) {
    throw new CommandFailure(`${found.length} webhooks have the name "${text}"`, {
      exitCode: EXIT.usage,
      code: 'AmbiguousName',
      next: `Name one by its id: ${found.map(({ id }) => id).join(', ')}`,
    });
  }
  throw new CommandFailure(await unknownWebhook(client, text), {
    exitCode: EXIT.notFound,
    code: 'RecordNotFound',
    next: 'List them: hooktrail webhooks list --all',
  });
}
