import type { IncomingHttpHeaders } from 'node:http';
import type { FieldCode } from '../errors/field-codes.ts';
import { validationError } from '../errors/validation-error.ts';

const FIELD = 'Idempotency-Key';
const MAX_LENGTH = 255;

function reject(code: FieldCode, message: string): never {
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
  if (key === '') reject('too_short', `${rule}, got an empty value`);
  if (key.length > MAX_LENGTH) reject('too_long', `${rule}, got ${key.length}`);
  // Node joins two such headers with a comma and a space, which this rejects as well.
  if (!/^[!-~]+$/.test(key)) reject('invalid_characters', rule);
  return key;
}

/** Rejects the header where it has no effect: if it were ignored, a retry would deliver twice. */
export function rejectIdempotencyKey(headers: IncomingHttpHeaders, instead: string): void {
  if (headers['idempotency-key'] === undefined) return;
  reject('not_allowed', `${FIELD} is not supported here: ${instead}`);
}
