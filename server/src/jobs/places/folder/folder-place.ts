import { type FileHandle, mkdir, open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isId } from '../../../model/ids.ts';
import type { ExportFiles } from '../export-files.ts';
import type { ExportPlace, OpenedFile } from '../export-place.ts';
import { FolderFiles } from './folder-files.ts';
import { inFolder } from './in-folder.ts';
import { removeFolder } from './remove-folder.ts';
import { writeMark } from './write-mark.ts';

/** In the folder: its id. */
const MARK = '.hooktrail-exports';

const READ = 'read the folder of exports';

/** What a call resolves to where there is no such file. */
const ifMissing =
  <Value>(value: Value) =>
  (error: NodeJS.ErrnoException): Value => {
    if (error.code === 'ENOENT') return value;
    throw error;
  };

/** A folder, which nodes on several machines must share. An export is a folder in it. */
export class FolderPlace implements ExportPlace {
  readonly name = 'the folder of exports';
  readonly setting = 'HOOKTRAIL_EXPORT_DIR';
  readonly reason = 'folder';
  readonly isShared = false;
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  readMark(): Promise<string | undefined> {
    return inFolder(READ, async () => {
      const mark = await readFile(join(this.path, MARK), 'utf8').catch(ifMissing(''));
      return /^[0-9a-f-]{36}$/.test(mark) ? mark : undefined;
    });
  }

  writeMark(): Promise<void> {
    return inFolder('use the folder of exports', async () => {
      await mkdir(this.path, { recursive: true, mode: 0o700 });
      await writeMark(join(this.path, MARK));
    });
  }

  filesOf(jobId: string, holder: string): ExportFiles {
    return new FolderFiles(this.#folderOf(jobId), holder);
  }

  openFile(
    jobId: string,
    name: string,
    start: number,
    end: number,
  ): Promise<OpenedFile | undefined> {
    return inFolder(READ, async () => {
      const path = join(this.#folderOf(jobId), name);
      const handle = await open(path, 'r').catch<FileHandle | undefined>(ifMissing(undefined));
      if (handle === undefined) return undefined;
      try {
        const { size } = await handle.stat();
        // It closes the file, also when the caller goes away.
        return { size, stream: handle.createReadStream({ start, end }) };
      } catch (error) {
        await handle.close();
        throw error;
      }
    });
  }

  remove(jobId: string): Promise<void> {
    return removeFolder(this.#folderOf(jobId));
  }

  jobIds(): Promise<string[]> {
    return inFolder(READ, async () => {
      const entries = await readdir(this.path, { withFileTypes: true });
      return entries.filter((one) => one.isDirectory() && isId(one.name)).map(({ name }) => name);
    });
  }

  writtenMs(jobId: string): Promise<number | undefined> {
    return inFolder(READ, async () => {
      const found = await stat(this.#folderOf(jobId)).catch(ifMissing(undefined));
      return found?.mtimeMs;
    });
  }

  close(): void {}

  #folderOf(jobId: string): string {
    return join(this.path, jobId);
  }
}
