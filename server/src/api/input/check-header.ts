import type { FieldErrors } from '../errors/field-errors.ts';
import { showValue } from '../errors/show-value.ts';

/** A token of RFC 9110 §5.6.2. */
const NAME = /^[!#$%&'*+.^_`|~\dA-Za-z-]{1,255}$/;

/** What HTTP can carry: no controls but the tab, and one byte per character. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** They belong to the connection, or say things of the request that are not the webhook's to say. */
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

/** Refuses a header name that cannot or may not be sent. */
export function checkHeaderName(field: string, name: string, errors: FieldErrors): void {
  if (!NAME.test(name)) {
    errors.add(
      field,
      'invalid_characters',
      `must be a header name of letters, digits and hyphens, got ${showValue(name)}`,
    );
  } else if (isReserved(name)) {
    errors.add(field, 'reserved', `cannot be set: ${name} is reserved`);
  }
}

/** Refuses a header value that cannot be sent; never quotes it, since it may be a secret. */
export function checkHeaderValue(field: string, value: string, errors: FieldErrors): void {
  if (!VALUE.test(value)) {
    errors.add(
      field,
      'invalid_characters',
      'must be a header value: printable characters of Latin-1 only',
    );
  }
}
