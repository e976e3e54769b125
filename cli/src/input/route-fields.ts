import type { AlertRoutePatch } from '@hooktrail/sdk/hooktrail';
import type { Command } from 'commander';
import { usageFailure } from '../failures/usage-failure.ts';
import type { Context } from '../session/context.ts';
import { findWebhook } from './find-webhook.ts';
import { names } from './names.ts';
import { readInput } from './read-input.ts';

/** What may be chosen of a route. */
export interface RouteOptions {
  readonly target?: string;
  readonly targetFile?: string;
  readonly bearerTokenFile?: string;
  readonly bearerToken?: boolean;
  readonly addresses?: readonly string[];
  readonly webhook?: string;
  readonly kinds?: readonly string[];
  readonly minimumSeverity?: AlertRoutePatch['minimumSeverity'];
  readonly enable?: boolean;
  readonly disable?: boolean;
}

/** A token of 4,096 characters, with room for a blank line. */
const MOST_SECRET_BYTES = 8_192;

/** Adds the options of a command that makes or changes a route. `--url` is the server's. */
export const routeOptions = (command: Command): Command =>
  command
    .option('--target <url>', 'of slack and alertmanager: the URL that notices are posted to')
    .option('--target-file <file>', 'or a file with it, as it may be a secret; - is stdin')
    .option(
      '--bearer-token-file <file>',
      'of alertmanager: a file with its bearer token; - is stdin',
    )
    .option('--addresses <addresses>', 'of email: with commas', names)
    .option('--webhook <webhook>', 'of webhook: the one that gets them, id or name')
    .option('--kinds <kinds>', 'only alerts of these kinds, with commas; "all" removes that', names)
    .option('--minimum-severity <severity>', 'warning, or critical for those alone')
    .option('--enable', 'notices are sent')
    .option('--disable', 'none are sent');

/** The fields that options name. */
export async function routeFields(
  context: Context,
  options: RouteOptions,
): Promise<AlertRoutePatch> {
  const { addresses, disable, enable, kinds, minimumSeverity, target, targetFile, webhook } =
    options;
  if (target !== undefined && targetFile !== undefined) {
    throw usageFailure('--target or --target-file, not both');
  }
  if (enable === true && disable === true) throw usageFailure('--enable or --disable, not both');
  const secretIn = async (file: string) => (await readInput(file, MOST_SECRET_BYTES)).trim();
  const { bearerToken: keeps, bearerTokenFile } = options;
  if (keeps === false && bearerTokenFile !== undefined) {
    throw usageFailure('--bearer-token-file or --no-bearer-token, not both');
  }
  const bearerToken = bearerTokenFile === undefined ? undefined : await secretIn(bearerTokenFile);
  const url = targetFile === undefined ? target : await secretIn(targetFile);
  const webhookId =
    webhook === undefined ? undefined : await findWebhook(await context.zendesk(), webhook);
  return {
    ...(url !== undefined && { url }),
    ...(bearerToken !== undefined && { bearerToken }),
    ...(keeps === false && { bearerToken: null }),
    ...(addresses !== undefined && { addresses }),
    ...(webhookId !== undefined && { webhookId }),
    ...(kinds !== undefined && { kinds: kinds.join() === 'all' ? null : kinds }),
    ...(minimumSeverity !== undefined && { minimumSeverity }),
    ...((enable ?? disable) !== undefined && { enabled: enable === true }),
  };
}
