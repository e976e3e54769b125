import type { SourcePatch } from '@hooktrail/sdk/hooktrail';
import { type Command, InvalidArgumentError } from 'commander';
import { usageFailure } from '../failures/usage-failure.ts';
import { names } from './names.ts';
import { readInput } from './read-input.ts';
import { wholeNumber } from './whole-number.ts';
import type { CredentialOptions } from './zendesk-credentials.ts';

/** What may be chosen of a source. */
export interface SourceOptions extends CredentialOptions {
  readonly subdomain?: string;
  readonly baseUrl?: string;
  readonly webhooks?: readonly string[] | 'all';
  readonly bodies?: SourcePatch['bodies'];
  readonly rateShare?: number;
  readonly keepMonths?: number | 'forever';
  readonly mask?: boolean;
  readonly maskHeaders?: readonly string[];
  readonly maskFields?: readonly string[];
  readonly resendSecrets?: string;
}

/** The secrets of 1,000 webhooks, with their ids. */
const MOST_SECRETS_BYTES = 512 * 1024;

/** Adds the options of a command that makes or changes a source. */
export const sourceOptions = (command: Command): Command =>
  command
    .option('--subdomain <name>', 'the acme of acme.zendesk.com')
    .option('--base-url <url>', 'or another server that speaks the API, such as a Hooktrail')
    .option('--email <address>', 'the address of an administrator; or ZENDESK_EMAIL')
    .option('--api-token-file <file>', 'a file with the API token; - is stdin')
    .option('--access-token-file <file>', 'or a file with an access token; - is stdin')
    .option('--webhooks <ids>', 'archive only these, with commas; "all" archives all', allOrNames)
    .option(
      '--bodies <policy>',
      'requests and answers to archive: all, failures, none or sample:N',
      bodies,
    )
    .option(
      '--rate-share <per cent>',
      'of the requests that the service allows',
      wholeNumber(1, 100),
    )
    .option(
      '--keep-months <number>',
      'how long its rows are kept; "forever" removes the limit',
      months,
    )
    .option('--mask', 'mask what looks like a secret before it is stored')
    .option('--no-mask', 'archive bodies as they are')
    .option('--mask-headers <names>', 'further headers to mask, with commas; "" for none', names)
    .option('--mask-fields <names>', 'further fields to mask, with commas; "" for none', names)
    .option(
      '--resend-secrets <how>',
      'none, read, or a file with a JSON object of webhook ids and signing secrets; - is stdin',
    );

/** The fields that options name, apart from credentials. */
export async function sourceFields(options: SourceOptions): Promise<SourcePatch> {
  const { baseUrl, keepMonths, mask, maskFields, maskHeaders, rateShare, subdomain, webhooks } =
    options;
  if (subdomain !== undefined && baseUrl !== undefined) {
    throw usageFailure('--subdomain or --base-url, not both');
  }
  const masking = {
    ...(mask !== undefined && { enabled: mask }),
    ...(maskHeaders !== undefined && { headers: maskHeaders }),
    ...(maskFields !== undefined && { fields: maskFields }),
  };
  return {
    ...(subdomain !== undefined && { subdomain }),
    ...(baseUrl !== undefined && { baseUrl }),
    ...(webhooks !== undefined && { webhooks: webhooks === 'all' ? null : webhooks }),
    ...(options.bodies !== undefined && { bodies: options.bodies }),
    ...(rateShare !== undefined && { budgetShare: rateShare }),
    ...(keepMonths !== undefined && { keepMonths: keepMonths === 'forever' ? null : keepMonths }),
    ...(Object.keys(masking).length > 0 && { masking }),
    ...(options.resendSecrets !== undefined && {
      resendSecrets: await resendSecretsOf(options.resendSecrets),
    }),
  };
}

async function resendSecretsOf(how: string): Promise<SourcePatch['resendSecrets']> {
  if (how === 'none' || how === 'read') return how;
  const text = await readInput(how, MOST_SECRETS_BYTES);
  try {
    const value = JSON.parse(text) as unknown;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (isObject && Object.values(value).every((one) => typeof one === 'string')) {
      return value as Record<string, string>;
    }
  } catch {
    // Refused below.
  }
  throw usageFailure(
    '--resend-secrets: the file must have a JSON object of webhook ids and signing secrets',
  );
}

/** A parser's null would become an empty text. */
function allOrNames(text: string): readonly string[] | 'all' {
  if (text === 'all') return text;
  const ids = names(text);
  if (ids.length === 0) throw new InvalidArgumentError('It must be ids with commas, or "all".');
  return ids;
}

function bodies(text: string): SourcePatch['bodies'] {
  if (text === 'all' || text === 'failures' || text === 'none') return { policy: text };
  const every = /^sample:([1-9]\d{0,8})$/.exec(text)?.[1];
  if (every !== undefined) return { policy: 'sample', every: Number(every) };
  throw new InvalidArgumentError(
    'It must be all, failures, none or sample:N, such as sample:20 for one in 20.',
  );
}

function months(text: string): number | 'forever' {
  if (text === 'forever') return text;
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a number of months, or "forever".');
}
