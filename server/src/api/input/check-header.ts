import { headerRule } from '../../model/header-rule.ts';
import type { FieldErrors } from '../errors/field-errors.ts';
import { showValue } from '../errors/show-value.ts';

/** A token of RFC 9110 §5.6.2. */
const NAME = /^[!#$%&'*+.^_`|~\dA-Za-z-]{1,255}$/;

/** What HTTP can carry: one byte per character, and no control character except tab. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Rejects a header name that is malformed, or that its setter may not set. */
export function checkHeaderName(
  field: string,
  name: string,
  setter: 'authentication' | 'custom_headers',
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
    return;
  }
  const rule = headerRule(name);
  if (rule === 'ours') errors.add(field, 'reserved', `cannot be set: ${name} is reserved`, keys);
  if (rule === 'default' && setter === 'authentication') {
    errors.add(field, 'reserved', `cannot be ${name}: only custom_headers may set it`, keys);
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
