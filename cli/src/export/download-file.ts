import { link, open, rename, rm, stat, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Hooktrail, JobFile } from '@hooktrail/sdk/hooktrail';
import { NO_LINKS } from '@hooktrail/server/no-links';
import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import { hashFile } from './hash-file.ts';

/** A file that can be downloaded. */
export type CompleteFile = JobFile & { readonly sha256: string };

/** What marks the part of a file: enough of its SHA-256 that it is never taken for that of another. */
const MARK_LENGTH = 16;

/**
 * Downloads a file to a path, and goes on with the part of it that an earlier run left. The path has the
 * complete file or nothing: it is written under another name, and has the SHA-256 of the manifest before
 * it gets its own. Where there are no hard links, a kill may leave the name with an empty file.
 */
export async function downloadFile(
  hooktrail: Hooktrail,
  jobId: string,
  file: CompleteFile,
  path: string,
  force: boolean,
  signal: AbortSignal,
  onProgress: (bytes: number) => void,
): Promise<void> {
  const part = join(dirname(path), `.${file.name}.${file.sha256.slice(0, MARK_LENGTH)}.part`);
  const resumed = await fetchRest(hooktrail, jobId, file, part, signal, onProgress);
  if (!(await isComplete(part, file))) {
    // A part that a full disk or a crash damaged is not worth a word: it is downloaded again.
    await truncate(part, 0);
    if (resumed) await fetchRest(hooktrail, jobId, file, part, signal, onProgress);
    if (!(await isComplete(part, file))) {
      await rm(part, { force: true });
      throw new CommandFailure(`${file.name} has not the SHA-256 ${file.sha256} of the manifest`, {
        exitCode: EXIT.network,
        code: 'ChecksumMismatch',
      });
    }
  }
  await place(part, path, force);
}

/** Adds what is missing to a part. Returns whether there was one. */
async function fetchRest(
  hooktrail: Hooktrail,
  jobId: string,
  { number, bytes, sha256 }: CompleteFile,
  part: string,
  signal: AbortSignal,
  onProgress: (bytes: number) => void,
): Promise<boolean> {
  const handle = await open(part, 'a', 0o600);
  try {
    const { size } = await handle.stat();
    if (size >= bytes) return true;
    let received = size;
    const stream = hooktrail.jobs.download(jobId, number, { signal, from: size, sha256 });
    for await (const chunk of stream) {
      await handle.appendFile(chunk);
      received += chunk.length;
      onProgress(received);
    }
    await handle.sync();
    return size > 0;
  } finally {
    await handle.close();
  }
}

async function isComplete(part: string, { bytes, sha256 }: CompleteFile): Promise<boolean> {
  if ((await stat(part)).size !== bytes) return false;
  return (await hashFile(part)).digest('hex') === sha256;
}

/** A rename would replace what somebody else put there meanwhile; a link does not. */
async function place(part: string, path: string, force: boolean): Promise<void> {
  if (force) return await rename(part, path);
  try {
    await link(part, path);
  } catch (error) {
    if (!NO_LINKS.includes((error as NodeJS.ErrnoException).code)) throw error;
    return await placeWithoutLink(part, path);
  }
  await rm(part);
}

/**
 * What the rename replaces is the empty file of this run: nobody else gets the name meanwhile. A copy would need the
 * room twice, and a kill would leave a part of it under the name.
 */
async function placeWithoutLink(part: string, path: string): Promise<void> {
  await (await open(path, 'wx', 0o600)).close();
  try {
    await rename(part, path);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}
