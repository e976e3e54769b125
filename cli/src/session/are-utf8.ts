import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';

/**
 * Whether the arguments were valid UTF-8. Node puts U+FFFD where they were not, and what the caller meant would
 * be stored changed. Only Linux shows the bytes; elsewhere the answer is yes.
 */
export function areUtf8(argv: readonly string[]): boolean {
  if (!argv.some((one) => one.includes('\uFFFD'))) return true;
  try {
    return isUtf8(readFileSync('/proc/self/cmdline'));
  } catch {
    return true;
  }
}
