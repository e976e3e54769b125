import { isUtf8 } from 'node:buffer';

// biome-ignore lint/suspicious/noControlCharactersInRegex: bytes beyond ASCII are what is looked for
const BEYOND_ASCII = /[^\u0000-\u007f]/;

/**
 * The text of a header value that has one character per byte (latin1): as UTF-8 where it is valid,
 * which is what servers send today, and as latin1, the meaning of old, otherwise.
 */
export function headerText(value: string): string {
  if (!BEYOND_ASCII.test(value)) return value;
  const bytes = Buffer.from(value, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : value;
}
