import type { Authentication } from '../../model/webhook.ts';
import type { FieldErrors } from '../errors/field-errors.ts';
import { checkHeaderName, checkHeaderValue } from './check-header.ts';

/** The header that an authentication adds to requests. */
function ownHeader(authentication: Authentication | undefined): string | undefined {
  if (authentication?.addPosition !== 'header') return undefined;
  return authentication.type === 'api_key'
    ? authentication.data.name.toLowerCase()
    : 'authorization';
}

/** Refuses headers that cannot be sent, are given twice, or that authentication sends already. */
export function checkCustomHeaders(
  field: string,
  headers: Readonly<Record<string, string>>,
  authentication: Authentication | undefined,
  errors: FieldErrors,
): void {
  const taken = ownHeader(authentication);
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    const path = `${field}.${name}`;
    const lower = name.toLowerCase();
    if (seen.has(lower)) {
      errors.add(path, 'duplicate', 'is given more than once: case makes no difference');
    }
    seen.add(lower);
    if (lower === taken) {
      errors.add(path, 'conflict', 'is the header that authentication sets');
    }
    checkHeaderName(path, name, errors);
    checkHeaderValue(path, value, errors);
  }
}
