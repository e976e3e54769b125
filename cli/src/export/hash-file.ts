import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** The SHA-256 of a file, to which more may be added. */
export async function hashFile(path: string): Promise<Hash> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash;
}
