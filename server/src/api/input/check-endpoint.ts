import type { AddressRules } from '../../addresses/address-rules.ts';
import type { FieldErrors } from '../errors/field-errors.ts';
import { showValue } from '../errors/show-value.ts';

/** White space and controls: `new URL` would drop some of them in silence. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const FORBIDDEN = /[\s\u0000-\u001f\u007f]/;

/**
 * Refuses what requests cannot be sent to, and what deliveries may not reach as far as the URL says it.
 * Names are not looked up: what they lead to is judged at every connection, and may change any time.
 */
export function checkEndpoint(
  field: string,
  endpoint: string,
  rules: AddressRules,
  errors: FieldErrors,
): void {
  if (!/^https?:\/\//i.test(endpoint) || FORBIDDEN.test(endpoint) || !URL.canParse(endpoint)) {
    const got = showValue(endpoint);
    errors.add(field, 'invalid_format', `must be an http or https URL, got ${got}`);
    return;
  }
  const url = new URL(endpoint);
  const credentials = url.username !== '' || url.password !== '';
  if (credentials) {
    errors.add(field, 'not_allowed', 'must not contain credentials: use authentication');
  }
  if (endpoint.includes('#')) {
    errors.add(field, 'not_allowed', 'must not have a fragment: it would never be sent');
  }
  const refusal = rules.originRefusal(url);
  if (refusal !== undefined) {
    const got = credentials ? '' : `, got ${showValue(endpoint)}`;
    errors.add(field, 'not_allowed', `must lead where deliveries may go: ${refusal}${got}`);
  }
}
