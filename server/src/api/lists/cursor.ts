import { createHmac, timingSafeEqual } from 'node:crypto';
import { isId } from '../../model/ids.ts';
import type { Position } from '../../trail/page.ts';
import { validationError } from '../errors/validation-error.ts';

/** The list that a cursor is bound to; any other list, owner or sort rejects it. */
export interface CursorScope {
  readonly list:
    | 'webhooks'
    | 'invocations'
    | 'trail'
    | 'trail by keys'
    | 'attempts'
    | 'events'
    | 'events by keys'
    | 'gaps'
    | 'source webhooks'
    | 'reconcile'
    | 'reconciled'
    | 'event invocations'
    | 'tokens'
    | 'accounts'
    | 'audit'
    | 'alerts'
    | 'jobs'
    | 'skipped'
    | 'job files'
    | 'search';
  /** The account or webhook that owns the list. */
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

/**
 * Encodes a position as an opaque cursor: version, position, and a MAC that binds it to its list.
 */
export function writeCursor(key: Uint8Array, scope: CursorScope, position: Position): string {
  const { key: positionKey, id, webhookId } = position;
  const json = JSON.stringify([positionKey, id, ...(webhookId === undefined ? [] : [webhookId])]);
  const payload = Buffer.concat([Buffer.of(VERSION), Buffer.from(json)]);
  return Buffer.concat([payload, mac(key, scope, payload)]).toString('base64url');
}

/**
 * Decodes a cursor.
 *
 * @throws ApiError `InvalidCursor` when it is not ours, or belongs to another list, owner or sort.
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
    // The decoder ignores characters outside base64url, so other spellings must be rejected here.
    bytes.toString('base64url') !== cursor ||
    !timingSafeEqual(bytes.subarray(-MAC_BYTES), mac(key, scope, payload))
  ) {
    throw invalid(field);
  }
  const [positionKey, id, webhookId] = JSON.parse(payload.toString('utf8', 1)) as [
    string | number,
    string,
    string?,
  ];
  if (!isId(id)) throw invalid(field);
  return { key: positionKey, id, ...(webhookId !== undefined && { webhookId }) };
}

function invalid(field: string): Error {
  return validationError('InvalidCursor', [
    {
      field,
      code: 'invalid_cursor',
      message: `${field} must be a cursor of this list and sort: take it from meta or links of another page`,
    },
  ]);
}
