import { randomUUID } from 'node:crypto';
import { constants, copyFile, link, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { NO_LINKS } from '../../../model/no-links.ts';
import { syncFolder } from './sync-folder.ts';

/**
 * Writes the mark of a folder unless it has one. The mark gets its name when it is whole: a write that was
 * interrupted would leave one that no node can use.
 */
export async function writeMark(path: string): Promise<void> {
  const id = randomUUID();
  const part = `${path}.${id}`;
  try {
    const mark = await open(part, 'wx', 0o600);
    try {
      await mark.writeFile(id);
      await mark.sync();
    } finally {
      await mark.close();
    }
    await link(part, path)
      .catch((error: NodeJS.ErrnoException) => {
        if (!NO_LINKS.includes(error.code)) throw error;
        return copyFile(part, path, constants.COPYFILE_EXCL);
      })
      .catch((error: NodeJS.ErrnoException) => {
        // Another node was first.
        if (error.code !== 'EEXIST') throw error;
      });
    await syncFolder(dirname(path));
  } finally {
    await rm(part, { force: true });
  }
}
