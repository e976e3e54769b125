import type { SourceCredentials } from '@hooktrail/sdk/hooktrail';
import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import { usageFailure } from '../failures/usage-failure.ts';
import { ask } from '../session/ask.ts';
import type { Context } from '../session/context.ts';
import { readInput } from './read-input.ts';

/** Where a command takes the credentials of a remote account from: other users see arguments, but no files. */
export interface CredentialOptions {
  readonly email?: string;
  readonly apiTokenFile?: string;
  readonly accessTokenFile?: string;
}

/** A token is shorter. */
const MOST_BYTES = 16_384;

/**
 * The credentials of a remote account: of files, of `ZENDESK_*` of the environment, or asked for.
 *
 * @throws CommandFailure where there are none
 */
export async function zendeskCredentials(
  context: Context,
  options: CredentialOptions = {},
): Promise<SourceCredentials> {
  const { environment, canAsk } = context.terminal;
  const { accessTokenFile, apiTokenFile } = options;
  if (accessTokenFile !== undefined) {
    if (apiTokenFile !== undefined || options.email !== undefined) {
      throw usageFailure('--access-token-file, or --email with --api-token-file, not both');
    }
    return { accessToken: await secretIn(accessTokenFile) };
  }
  const email = options.email ?? (environment['ZENDESK_EMAIL'] || undefined);
  if (apiTokenFile !== undefined) {
    if (email === undefined) throw usageFailure('--api-token-file needs --email or ZENDESK_EMAIL');
    return { email, apiToken: await secretIn(apiTokenFile) };
  }
  const accessToken = environment['ZENDESK_ACCESS_TOKEN'];
  if (options.email === undefined && accessToken) return { accessToken };
  const apiToken = environment['ZENDESK_API_TOKEN'];
  if (email !== undefined && apiToken) return { email, apiToken };
  if (email !== undefined && canAsk) {
    const said = (await ask(`API token of ${email}: `, context.signal, true)).trim();
    if (said === '') throw usageFailure('the API token is empty');
    return { email, apiToken: said };
  }
  throw new CommandFailure('there are no credentials of the account', {
    exitCode: EXIT.usage,
    code: 'CredentialsNeeded',
    next: 'Set ZENDESK_EMAIL and ZENDESK_API_TOKEN, or ZENDESK_ACCESS_TOKEN. Or give --email with --api-token-file, or --access-token-file.',
  });
}

async function secretIn(path: string): Promise<string> {
  const text = (await readInput(path, MOST_BYTES)).trim();
  if (text === '') throw usageFailure(`${path === '-' ? 'standard input' : path} has no token`);
  return text;
}
