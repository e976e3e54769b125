import { accessSync, constants, createReadStream, statSync } from 'node:fs';
import { stdin } from 'node:process';
import type { Readable } from 'node:stream';
import { usageFailure } from '../failures/usage-failure.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is no folder',
  EACCES: 'you may not read it',
};

/**
 * A file as a stream; `-` is standard input.
 *
 * @throws CommandFailure when it cannot be read: nothing was sent yet
 */
export function openInput(path: string): Readable {
  if (path === '-') return stdin;
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
    accessSync(path, constants.R_OK);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw usageFailure(`cannot read ${path}: ${REASONS[code] ?? message}`);
  }
  if (isFolder) throw usageFailure(`cannot read ${path}: it is a folder`);
  return createReadStream(path);
}
