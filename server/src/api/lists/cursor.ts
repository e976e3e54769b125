import { createHmac, timingSafeEqual } from 'node:crypto';
import { isId } from '../../model/ids.ts';
import type { Position } from '../../trail/page.ts';
import { validationError } from '../errors/validation-error.ts';

/** What a cursor belongs to: used with any other list, owner or sort it is refused. */
export interface CursorScope {
  readonly list: 'webhooks' | 'invocations' | 'tokens' | 'accounts' | 'audit';
  /** The account or the webhook whose list it is. */
  readonly owner: string | number;
  readonly sort: string;
}

const VERSION = 1;
const MAC_BYTES = 12;

function mac(key: Uint8Array, scope: CursorScope, payload: Uint8Array): Buffer {
  return createHmac('sha256', key)
    .update(JSON.stringify([scope.list, scope.owner, scope.sort]))
    .update(payload)
    .digest()
    .subarray(0, MAC_BYTES);
}

/** Writes a position as an opaque cursor: version, position, and a MAC that ties it to its list. */
export function writeCursor(key: Uint8Array, scope: CursorScope, position: Position): string {
  const json = JSON.stringify([position.key, position.id]);
  const payload = Buffer.concat([Buffer.of(VERSION), Buffer.from(json)]);
  return Buffer.concat([payload, mac(key, scope, payload)]).toString('base64url');
}

/**
 * Reads a cursor back.
 *
 * @throws ApiError `InvalidCursor` when we did not write it, or wrote it for another list or sort.
 */
export function readCursor(
  key: Uint8Array,
  scope: CursorScope,
  field: string,
  cursor: string,
): Position {
  const bytes = Buffer.from(cursor, 'base64url');
  const payload = bytes.subarray(0, -MAC_BYTES);
  if (
    payload[0] !== VERSION ||
    // The decoder passes over what is not base64url: only one spelling is ours.
    bytes.toString('base64url') !== cursor ||
    !timingSafeEqual(bytes.subarray(-MAC_BYTES), mac(key, scope, payload))
  ) {
    throw invalid(field);
  }
  const [positionKey, id] = JSON.parse(payload.toString('utf8', 1)) as [string | number, string];
  if (!isId(id)) throw invalid(field);
  return { key: positionKey, id };
}

function invalid(field: string): Error {
  return validationError('InvalidCursor', [
    {
      field,
      code: 'invalid_cursor',
      message: `${field} must be a cursor from this list with this sort: take it from meta or links of the page before`,
    },
  ]);
}
