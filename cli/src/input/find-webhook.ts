import type { Zendesk } from '@hooktrail/sdk';
import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import { nearestName } from '../failures/nearest-name.ts';

/** A ULID. */
const ID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i;

/** More names than this are not compared for a hint. */
const MOST_NAMES = 1_000;

/**
 * The id of the webhook that an argument names, by id or by name.
 *
 * @throws CommandFailure when no webhook has the name, or several have it
 */
export async function findWebhook(
  client: Zendesk,
  text: string,
  signal?: AbortSignal,
): Promise<string> {
  const options = signal === undefined ? {} : { signal };
  if (ID.test(text)) return text.toUpperCase();
  const named = await client.webhooks
    .list({ filterNameContains: text, pageSize: 100 }, options)
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
  const all = await client.webhooks.list({ pageSize: 100 }, options).all({ limit: MOST_NAMES });
  const near = nearestName(
    text,
    all.map(({ name }) => name),
  );
  throw new CommandFailure(
    `no webhook has the name "${text}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
    {
      exitCode: EXIT.notFound,
      code: 'RecordNotFound',
      next: 'List them: hooktrail webhooks list --all',
    },
  );
}
