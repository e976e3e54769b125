import type { AddressRules } from '../../addresses/address-rules.ts';
import { parseUrl } from '../../model/parse-url.ts';
import { maskedUrl } from '../../secrets/masked-url.ts';
import type { FieldErrors } from '../errors/field-errors.ts';
import { showValue } from '../errors/show-value.ts';

/** White space and control characters: `new URL` drops some of them silently. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const FORBIDDEN = /[\s\u0000-\u001f\u007f]/;

/** Names that DNS cannot have: one with an empty label, a label over 63 bytes, or over 253 bytes. */
const NO_NAME = /^\.|\.\.|[^.]{64}|^.{253,}[^.]/;

/**
 * Rejects an endpoint that no request can be sent to, or whose address or port is not allowed. Host
 * names are not resolved here: their addresses may change, so every connection checks them.
 */
export function checkEndpoint(
  field: string,
  endpoint: string,
  rules: AddressRules,
  errors: FieldErrors,
): void {
  const url = /^https?:\/\//i.test(endpoint) && !FORBIDDEN.test(endpoint) && parseUrl(endpoint);
  if (!url) {
    const got = showValue(maskedUrl(endpoint));
    errors.add(field, 'invalid_format', `must be an http or https URL, got ${got}`);
    return;
  }
  const credentials = url.username !== '' || url.password !== '';
  if (credentials) {
    errors.add(field, 'not_allowed', 'must not contain credentials: set authentication instead');
  }
  if (endpoint.includes('#')) {
    errors.add(field, 'not_allowed', 'must not have a fragment: it is never sent');
  }
  if (NO_NAME.test(url.hostname)) {
    errors.add(field, 'invalid_format', 'must have a host name that DNS can have');
  }
  const refusal = rules.originRefusal(url);
  if (refusal !== undefined) {
    const got = credentials ? '' : `, got ${showValue(maskedUrl(endpoint))}`;
    errors.add(
      field,
      'not_allowed',
      `must be an address that deliveries may reach: ${refusal}${got}`,
    );
  }
}
