import type { IncomingHttpHeaders } from 'node:http';
import type { FieldCode } from '../errors/field-codes.ts';
import { validationError } from '../errors/validation-error.ts';

const FIELD = 'Idempotency-Key';
const MAX_LENGTH = 255;

function refuse(code: FieldCode, message: string): never {
  throw validationError('InvalidParameter', [{ field: FIELD, code, message }]);
}

/**
 * Reads the optional `Idempotency-Key` header: 1 to 255 visible ASCII characters.
 *
 * @throws ApiError `InvalidParameter`.
 */
export function idempotencyKey(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['idempotency-key'] as string | undefined;
  if (key === undefined) return undefined;
  const rule = `${FIELD} must be 1 to ${MAX_LENGTH} visible ASCII characters`;
  if (key === '') refuse('too_short', `${rule}, got an empty value`);
  if (key.length > MAX_LENGTH) refuse('too_long', `${rule}, got ${key.length}`);
  // Node joins two such headers with a comma and a space, which this rejects as well.
  if (!/^[!-~]+$/.test(key)) refuse('invalid_characters', rule);
  return key;
}

/** Rejects the header where it has no effect: if it were ignored, a retry would deliver twice. */
export function refuseIdempotencyKey(headers: IncomingHttpHeaders, instead: string): void {
  if (headers['idempotency-key'] === undefined) return;
  refuse('not_allowed', `${FIELD} is not supported here: ${instead}`);
}
