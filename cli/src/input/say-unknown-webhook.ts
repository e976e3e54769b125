import type { Zendesk } from '@hooktrail/sdk';
import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import type { Context } from '../session/context.ts';
import { findWebhook } from './find-webhook.ts';

/**
 * Says that no webhook has the name of `--webhook`. A query selects nothing then, which looks as if nothing
 * happened. Whatever else fails is for the command itself to say.
 */
export async function sayUnknownWebhook(
  context: Context,
  client: Zendesk,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await findWebhook(client, name, signal);
  } catch (error) {
    if (!(error instanceof CommandFailure) || error.details.exitCode !== EXIT.notFound) return;
    context.note(error.message, { webhook: name });
  }
}
