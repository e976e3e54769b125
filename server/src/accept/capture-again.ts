import { type CapturedKeys, captureKeys, type PublishedHeaders } from './capture-keys.ts';
import type { CompiledKeys } from './compile-keys.ts';

/** Takes the values of keys from a body that is not parsed: it may be any text. */
export function captureAgain(
  keys: CompiledKeys,
  body: string,
  published: PublishedHeaders | undefined,
): CapturedKeys {
  let root: unknown;
  if (keys.pointers.length > 0 && /^\s*[[{]/.test(body)) {
    try {
      root = JSON.parse(body);
    } catch {
      // No JSON has no values.
    }
  }
  return captureKeys(keys, root, body, published);
}
