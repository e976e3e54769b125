import { isUtf8 } from 'node:buffer';
import { malformedBody } from '../errors/malformed-body.ts';
import { parseRawJson } from './parse-raw-json.ts';

/**
 * Parses a JSON body. Stricter than `JSON.parse`: the bytes must be valid UTF-8, the nesting
 * limited, since later checks recurse, and no key may reach an object's prototype.
 *
 * @throws ApiError `MalformedBody`. Its message never quotes the body.
 */
export function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw malformedBody('the body is not valid UTF-8');
  const value = parseRawJson(bytes.toString(), 'the body');
  rejectForbiddenKeys(value);
  return value;
}

/** Recursive: `parseRawJson` has limited the depth. */
function rejectForbiddenKeys(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    if (key === '__proto__' || (key === 'constructor' && hasPrototype(child))) {
      throw malformedBody(`the body has a forbidden key: ${key}`, 'not_allowed');
    }
    rejectForbiddenKeys(child);
  }
}

function hasPrototype(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
}
