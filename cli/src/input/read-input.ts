import { usageFailure } from '../failures/usage-failure.ts';
import { openInput } from './open-input.ts';

/**
 * The text of a file, or of standard input for `-`, up to `mostBytes`.
 *
 * @throws CommandFailure when it is longer, or no UTF-8
 */
export async function readInput(path: string, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of openInput(path) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > mostBytes) {
      throw usageFailure(`${nameOf(path)} is longer than ${mostBytes} bytes`);
    }
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    throw usageFailure(`${nameOf(path)} is not valid UTF-8`);
  }
}

const nameOf = (path: string): string => (path === '-' ? 'standard input' : path);
