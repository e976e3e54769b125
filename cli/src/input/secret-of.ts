import { usageFailure } from '../failures/usage-failure.ts';
import type { Context } from '../session/context.ts';
import { findWebhook } from './find-webhook.ts';

/** Where a command takes a signing secret from. */
export interface SecretOptions {
  readonly secret?: string;
  readonly webhook?: string;
}

/** The signing secret: given, of a webhook, or of the environment. */
export async function secretOf(
  context: Context,
  { secret, webhook }: SecretOptions,
): Promise<string> {
  if (secret !== undefined && webhook !== undefined) {
    throw usageFailure('--secret or --webhook, not both');
  }
  if (secret !== undefined) return secret;
  if (webhook !== undefined) {
    const zendesk = await context.zendesk();
    const id = await findWebhook(zendesk, webhook);
    return (await zendesk.webhooks.getSigningSecret(id, { signal: context.signal })).secret;
  }
  const fromEnvironment = context.terminal.environment['HOOKTRAIL_SIGNING_SECRET'];
  if (fromEnvironment) return fromEnvironment;
  throw usageFailure('there is no secret: give --secret, --webhook or HOOKTRAIL_SIGNING_SECRET');
}
