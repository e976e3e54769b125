import { access, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ExportFiles,
  type FileKept,
  NOTHING_KEPT,
  type PlacedFile,
  type SaveRhythm,
} from '../export-files.ts';
import { inFolder } from './in-folder.ts';
import { PartFile } from './part-file.ts';
import { syncFolder } from './sync-folder.ts';

const MANIFEST = 'manifest.json';

function ifMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}

/**
 * The files of one export in its folder. What was saved is on the disk, and what a file has beyond what
 * the job recorded is cut off by the next holder.
 */
export class FolderFiles implements ExportFiles {
  // A transaction takes some 5 ms.
  readonly rhythm: SaveRhythm = { bytes: 512 * 1024, rows: 2_000, longestMs: 1_000 };
  readonly #path: string;
  readonly #holder: string;
  #part: PartFile | undefined;
  #added: Uint8Array[] = [];

  constructor(path: string, holder: string) {
    this.#path = path;
    this.#holder = holder;
  }

  get pending(): number {
    return this.#added.reduce((sum, { length }) => sum + length, 0);
  }

  async open(): Promise<void> {
    await this.#write(() => mkdir(this.#path, { recursive: true, mode: 0o700 }));
  }

  begin(name: string): Promise<string> {
    const part = this.#partOf(name);
    return this.#write(async () => {
      this.#part = await PartFile.begin(join(this.#path, part));
      await syncFolder(this.#path);
      return part;
    });
  }

  takeOver(
    file: PlacedFile,
    _kept: FileKept,
    onCopied: () => Promise<void>,
  ): Promise<string | undefined> {
    const part = this.#partOf(file.name);
    const [from, to] = [join(this.#path, file.part), join(this.#path, part)];
    return this.#write(async () => {
      this.#part = await PartFile.takeOver(from, to, file.bytes, onCopied);
      if (this.#part === undefined) return undefined;
      await syncFolder(this.#path);
      return part;
    });
  }

  dropPart(part: string): Promise<void> {
    return this.#write(() => rm(join(this.#path, part), { force: true }));
  }

  add(bytes: Uint8Array): void {
    this.#added.push(bytes);
  }

  save(): Promise<FileKept> {
    const bytes = Buffer.concat(this.#added);
    this.#added = [];
    return this.#write(async () => {
      await this.#part?.append(bytes);
      await this.#part?.sync();
      return NOTHING_KEPT;
    });
  }

  digest(): Uint8Array | undefined {
    return this.#part?.digest();
  }

  async complete(
    { name, part }: PlacedFile,
    _kept: FileKept,
    sha256: Uint8Array | undefined,
  ): Promise<Uint8Array | undefined> {
    await this.close();
    return this.#write(async () => {
      const path = join(this.#path, name);
      try {
        await rename(join(this.#path, part), path).catch(ifMissing);
        // A holder that was killed may have named it already.
        await access(path);
      } catch (error) {
        ifMissing(error);
        return undefined;
      }
      await syncFolder(this.#path);
      return sha256;
    });
  }

  clean(): Promise<void> {
    return this.#write(async () => {
      for (const name of await readdir(this.#path)) {
        if (name.endsWith('.part')) await rm(join(this.#path, name), { force: true });
      }
    });
  }

  writeManifest(text: string): Promise<void> {
    return this.#write(async () => {
      const part = join(this.#path, this.#partOf(MANIFEST));
      const handle = await open(part, 'w', 0o600);
      try {
        await handle.writeFile(text);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(part, join(this.#path, MANIFEST));
      await syncFolder(this.#path);
    });
  }

  async close(): Promise<void> {
    await this.#part?.close();
    this.#part = undefined;
  }

  #partOf(name: string): string {
    return `.${name}.${this.#holder}.part`;
  }

  #write<Result>(work: () => Promise<Result>): Promise<Result> {
    return inFolder('write to the folder of exports', work);
  }
}
