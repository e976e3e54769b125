import type { WebhookPatch } from '@hooktrail/sdk';
import type { Command } from 'commander';
import { usageFailure } from '../failures/usage-failure.ts';
import { jsonObject } from './json-object.ts';

/** The fields of a webhook on the command line. */
export interface WebhookOptions {
  readonly subscribe?: readonly string[];
  readonly method?: string;
  readonly format?: string;
  readonly status?: string;
  readonly description?: string;
  readonly header?: readonly string[];
  readonly authentication?: Record<string, unknown>;
}

const more = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...value.split(',').map((one) => one.trim()),
];

const another = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];

/** Adds an option for each field. */
export const webhookOptions = (command: Command): Command =>
  command
    .option('--subscribe <types>', 'event types, such as order.*; may be repeated', more)
    .option('--method <method>', 'the HTTP method of its requests')
    .option('--format <format>', 'json, xml or form_encoded')
    .option('--status <status>', 'active or inactive')
    .option('--description <text>', 'for people; an empty one removes it')
    .option('--header <name: value>', 'a header of its requests; may be repeated', another)
    .option('--authentication <json>', 'its credentials, as the API takes them', jsonObject);

/** The fields that the command line gives. */
export function webhookFields(options: WebhookOptions): WebhookPatch {
  const { subscribe, method, format, status, description, header, authentication } = options;
  return {
    ...(subscribe && { subscriptions: subscribe }),
    ...(method !== undefined && { httpMethod: method.toUpperCase() }),
    ...(format !== undefined && { requestFormat: format }),
    ...(status !== undefined && { status }),
    ...(description !== undefined && { description: description === '' ? null : description }),
    ...(header && { customHeaders: Object.fromEntries(header.map(headerOf)) }),
    // The server checks it, and names the field that is wrong.
    ...(authentication && { authentication: authentication as never }),
  };
}

function headerOf(text: string): [string, string] {
  const at = text.indexOf(':');
  if (at > 0) return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  throw usageFailure(`--header must be "Name: value", got "${text}"`);
}
