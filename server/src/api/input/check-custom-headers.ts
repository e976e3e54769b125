import type { Authentication } from '../../model/webhook.ts';
import { cut } from '../errors/cut.ts';
import type { FieldErrors } from '../errors/field-errors.ts';
import { checkHeaderName, checkHeaderValue } from './check-header.ts';

/** The header that the authentication sends, in lower case. */
function authenticationHeader(authentication: Authentication | undefined): string | undefined {
  if (authentication?.addPosition !== 'header') return undefined;
  return authentication.type === 'api_key'
    ? authentication.data.name.toLowerCase()
    : 'authorization';
}

/** Rejects headers that cannot be sent, are repeated, or that the authentication sends already. */
export function checkCustomHeaders(
  field: string,
  headers: Readonly<Record<string, string>>,
  authentication: Authentication | undefined,
  errors: FieldErrors,
): void {
  const taken = authenticationHeader(authentication);
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    const path = `${field}.${cut(name)}`;
    const keys = [...field.split('.'), name];
    const lower = name.toLowerCase();
    if (seen.has(lower)) {
      errors.add(path, 'duplicate', 'is repeated: header names are case-insensitive', keys);
    }
    seen.add(lower);
    if (lower === taken) {
      errors.add(path, 'conflict', 'is set by authentication already', keys);
    }
    checkHeaderName(path, name, 'custom_headers', errors, keys);
    checkHeaderValue(path, value, errors, keys);
  }
}
