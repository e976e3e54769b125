import type { Authentication } from '../../model/webhook.ts';
import { cut } from '../errors/cut.ts';
import type { FieldErrors } from '../errors/field-errors.ts';
import type { AuthenticationInput } from '../schema/target-fields.ts';
import { checkHeaderName, checkHeaderValue } from './check-header.ts';

type Key = keyof NonNullable<NonNullable<AuthenticationInput['data']>>;

const KEYS = {
  basic_auth: ['username', 'password'],
  bearer_token: ['token'],
  api_key: ['name', 'value'],
} as const;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROLS = /[\u0000-\u001f\u007f]/;

/**
 * Reads the authentication in a body; undefined after an error. If the type is the stored one and
 * the data are null, absent, or equal to what is read back, the stored credentials are kept: clients
 * that read a webhook, change it and write it back never see the secret, and must not lose it.
 */
export function readAuthentication(
  field: string,
  input: AuthenticationInput,
  stored: Authentication | undefined,
  errors: FieldErrors,
): Authentication | undefined {
  const { type } = input;
  // Fields that are null count as absent.
  const given = Object.entries(input.data ?? {}).filter(([, value]) => value !== null);
  if (given.length === 0 && stored?.type === type) {
    return keep(field, stored, input.add_position, errors);
  }
  const addPosition = input.add_position ?? 'header';
  const data = Object.fromEntries(given) as Partial<Record<Key, string>>;
  const at = (key: string) => `${field}.data.${key}`;
  const keys: readonly string[] = KEYS[type];
  for (const key of Object.keys(data)) {
    if (!keys.includes(key)) errors.add(at(cut(key)), 'unknown_field', `is not a field of ${type}`);
  }
  const need = (key: Key, kept?: string): string | undefined => {
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

/** The stored credentials; of an API key, only the place may change without its value. */
function keep(
  field: string,
  stored: Authentication,
  addPosition: AuthenticationInput['add_position'],
  errors: FieldErrors,
): Authentication {
  if (addPosition === undefined || addPosition === stored.addPosition) return stored;
  if (stored.type === 'api_key') return { ...stored, addPosition };
  errors.add(`${field}.add_position`, 'not_allowed', `must be header for ${stored.type}`);
  return stored;
}
