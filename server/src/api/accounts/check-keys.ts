import { SCHEME_HEADERS } from '../../inboxes/scheme-headers.ts';
import { headerRule } from '../../model/header-rule.ts';
import { HEADER_KEY } from '../../model/search-key.ts';
import { isSecretName } from '../../secrets/is-secret-name.ts';
import { FieldErrors } from '../errors/field-errors.ts';
import { showValue } from '../errors/show-value.ts';
import { checkText } from '../input/check-text.ts';

/** RFC 6901, with a step at least: a whole body is no value. */
const POINTER = /^(?:\/(?:[^~/]|~[01])*)+$/;

/** A token of RFC 9110 §5.6.2. */
const HEADER = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;

/** By these, what an inbox received is found: only its sender set them. */
const SENDER_IDS = new Set(Object.values(SCHEME_HEADERS).map(({ id }) => id.toLowerCase()));

/**
 * The names of keys as they are stored: names of headers in lower case.
 *
 * @throws ApiError `InvalidBody` for what cannot be a key.
 */
export function checkKeys(given: readonly string[]): string[] {
  const errors = new FieldErrors();
  const names: string[] = [];
  for (const [index, text] of given.entries()) {
    const field = `keys[${index}]`;
    const path = ['keys', String(index)];
    const name = text.toLowerCase().startsWith(HEADER_KEY) ? text.toLowerCase() : text;
    checkText(field, text, errors);
    if (name.startsWith(HEADER_KEY)) checkHeader(field, name.slice(HEADER_KEY.length), path);
    else if (!POINTER.test(name)) {
      errors.add(
        field,
        'invalid_format',
        `must be a JSON pointer such as /detail/id (in a name, ~1 stands for / and ~0 for ~), or header. and the name of a header, got ${showValue(text)}`,
        path,
      );
    }
    const first = names.indexOf(name);
    if (first >= 0) errors.add(field, 'duplicate', `must not be the same as keys[${first}]`, path);
    names.push(name);
  }
  errors.throwIfAny();
  return names;

  function checkHeader(field: string, header: string, path: readonly string[]): void {
    if (!HEADER.test(header)) {
      errors.add(
        field,
        'invalid_characters',
        `must have the name of a header after "header.": letters, digits, hyphens and other token characters, got ${showValue(header)}`,
        path,
      );
    } else if (isSecretName(header)) {
      errors.add(
        field,
        'not_allowed',
        `must not be header.${header}: a header of this name probably carries a credential, and values of keys are stored as they are`,
        path,
      );
    } else if (headerRule(header) === 'ours' && !SENDER_IDS.has(header)) {
      errors.add(
        field,
        'reserved',
        `must not be header.${header}: this header says nothing of the event`,
        path,
      );
    }
  }
}
