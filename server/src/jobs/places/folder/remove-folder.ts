import { rm } from 'node:fs/promises';
import { inFolder } from './in-folder.ts';

/** Removes the folder of one export, with what is in it. @throws ExportUnavailable */
export function removeFolder(path: string): Promise<void> {
  return inFolder('delete files of exports', () => rm(path, { recursive: true, force: true }));
}
