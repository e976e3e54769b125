import type { IncomingHttpHeaders } from 'node:http';
import type { FieldCode } from '../errors/field-codes.ts';
import { validationError } from '../errors/validation-error.ts';

const FIELD = 'Idempotency-Key';
const MAX_LENGTH = 255;

function refuse(code: FieldCode, message: string): never {
  throw validationError('InvalidParameter', [{ field: FIELD, code, message }]);
}

/** The `Idempotency-Key` header, which a publisher may set: 1 to 255 visible ASCII characters. */
export function idempotencyKey(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['idempotency-key'] as string | undefined;
  if (key === undefined) return undefined;
  const rule = `${FIELD} must be 1 to ${MAX_LENGTH} visible ASCII characters`;
  if (key === '') refuse('too_short', `${rule}, got none`);
  if (key.length > MAX_LENGTH) refuse('too_long', `${rule}, got ${key.length}`);
  // Two headers arrive as one, joined by a comma and a space: refused as well.
  if (!/^[!-~]+$/.test(key)) refuse('invalid_characters', rule);
  return key;
}

/** Refuses the header where nothing would honour it: in silence, a retry would deliver twice. */
export function refuseIdempotencyKey(headers: IncomingHttpHeaders, instead: string): void {
  if (headers['idempotency-key'] === undefined) return;
  refuse('not_allowed', `${FIELD} is not taken here: ${instead}`);
}
