import type { FieldErrors } from '../errors/field-errors.ts';
import { showValue } from '../errors/show-value.ts';

/** A token of RFC 9110 §5.6.2. */
const NAME = /^[!#$%&'*+.^_`|~\dA-Za-z-]{1,255}$/;

/** What HTTP can carry: one byte per character, and no control character except tab. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Names that belong to the connection, or that only Hooktrail sets. */
const RESERVED = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'webhook-id',
  'webhook-signature',
  'webhook-timestamp',
  'x-zendesk-account-id',
]);

function isReserved(name: string): boolean {
  const lower = name.toLowerCase();
  return RESERVED.has(lower) || lower.startsWith('x-zendesk-webhook-');
}

/** Rejects a header name that is malformed or reserved. */
export function checkHeaderName(
  field: string,
  name: string,
  errors: FieldErrors,
  keys?: readonly string[],
): void {
  if (!NAME.test(name)) {
    errors.add(
      field,
      'invalid_characters',
      `must be a header name: 1 to 255 letters, digits, hyphens and other token characters, got ${showValue(name)}`,
      keys,
    );
  } else if (isReserved(name)) {
    errors.add(field, 'reserved', `cannot be set: ${name} is reserved`, keys);
  }
}

/** Rejects a header value that cannot be sent. Never quotes it: it may be a secret. */
export function checkHeaderValue(
  field: string,
  value: string,
  errors: FieldErrors,
  keys?: readonly string[],
): void {
  if (!VALUE.test(value)) {
    errors.add(
      field,
      'invalid_characters',
      'must contain only printable Latin-1 characters and tabs',
      keys,
    );
  }
}
