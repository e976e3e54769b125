import type { Authentication } from '../../model/webhook.ts';
import type { FieldErrors } from '../errors/field-errors.ts';
import type { AuthenticationInput } from '../schema/target-fields.ts';
import { checkHeaderName, checkHeaderValue } from './check-header.ts';

const KEYS = {
  basic_auth: ['username', 'password'],
  bearer_token: ['token'],
  api_key: ['name', 'value'],
} as const;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROLS = /[\u0000-\u001f\u007f]/;

/**
 * Reads the authentication in a body; undefined after an error. An omitted secret keeps its stored
 * value if the type and the user name or key name equal the stored ones: clients that read a
 * webhook, change it and write it back never see the secret, and must not lose it.
 */
export function readAuthentication(
  field: string,
  input: AuthenticationInput,
  stored: Authentication | undefined,
  errors: FieldErrors,
): Authentication | undefined {
  const { type, add_position: addPosition = 'header' } = input;
  const data = input.data ?? {};
  const at = (key: string) => `${field}.data.${key}`;
  const keys: readonly string[] = KEYS[type];
  for (const key of Object.keys(data)) {
    if (!keys.includes(key)) errors.add(at(key), 'unknown_field', `is not a field of ${type}`);
  }
  const need = (key: keyof typeof data, kept?: string): string | undefined => {
    const value = data[key] ?? kept;
    if (value === undefined) errors.add(at(key), 'required', `is required for ${type}`);
    return value;
  };
  if (type !== 'api_key' && addPosition !== 'header') {
    errors.add(`${field}.add_position`, 'not_allowed', `must be header for ${type}`);
  }

  switch (type) {
    case 'basic_auth': {
      const username = need('username');
      const same = stored?.type === type && stored.data.username === username;
      const password = need('password', same ? stored.data.password : undefined);
      if (username === undefined || password === undefined) return undefined;
      if (username.includes(':') || CONTROLS.test(username)) {
        errors.add(
          at('username'),
          'invalid_characters',
          'must not contain colons or control characters',
        );
      }
      if (CONTROLS.test(password)) {
        errors.add(at('password'), 'invalid_characters', 'must not contain control characters');
      }
      return { type, data: { username, password }, addPosition: 'header' };
    }
    case 'bearer_token': {
      const token = need('token', stored?.type === type ? stored.data.token : undefined);
      if (token === undefined) return undefined;
      if (!/^[\x21-\x7e]+$/.test(token)) {
        errors.add(at('token'), 'invalid_characters', 'must contain only visible ASCII characters');
      }
      return { type, data: { token }, addPosition: 'header' };
    }
    case 'api_key': {
      const name = need('name');
      const same = stored?.type === type && stored.data.name === name;
      const value = need('value', same ? stored.data.value : undefined);
      if (name === undefined || value === undefined) return undefined;
      if (addPosition === 'header') {
        checkHeaderName(at('name'), name, 'authentication', errors);
        checkHeaderValue(at('value'), value, errors);
      }
      return { type, data: { name, value }, addPosition };
    }
  }
}
