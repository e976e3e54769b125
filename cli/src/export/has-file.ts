import { stat } from 'node:fs/promises';
import type { CompleteFile } from './download-file.ts';
import { hashFile } from './hash-file.ts';

/** Whether a path has this very file, something else, or nothing. */
export async function hasFile(
  path: string,
  { bytes, sha256 }: Pick<CompleteFile, 'bytes' | 'sha256'>,
): Promise<'same' | 'other' | 'nothing'> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) return 'nothing';
  if (!found.isFile() || found.size !== bytes) return 'other';
  return (await hashFile(path)).digest('hex') === sha256 ? 'same' : 'other';
}
