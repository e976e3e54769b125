import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, stat, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import { usageFailure } from '../failures/usage-failure.ts';
import { type ArchiveState, newState } from './archive-state.ts';
import { syncFolder } from './sync-folder.ts';
import { writeWhole } from './write-whole.ts';

/** Lines to append, by the names of files. */
export type Appended = ReadonlyMap<string, readonly string[]>;

/**
 * The folder of an archive: files to which lines are appended, and `state.json`, which says how many bytes
 * of each count. A commit appends and syncs first and replaces `state.json` last, so a kill at any moment
 * leaves the state before it or the state after it: what stands behind the bytes that count is cut off when
 * the folder is opened again.
 */
export class ArchiveFolder {
  readonly path: string;
  #state: ArchiveState;

  private constructor(path: string, state: ArchiveState) {
    this.path = path;
    this.#state = state;
  }

  get state(): ArchiveState {
    return this.#state;
  }

  /**
   * Opens the folder, which this process has locked.
   *
   * @throws CommandFailure where it is another account's, or somebody shortened a file
   */
  static async open(path: string, server: string): Promise<ArchiveFolder> {
    const state = await readState(join(path, 'state.json'));
    if (state !== undefined && state.server !== server) {
      throw usageFailure(
        `${path} has the archive of ${state.server}`,
        'One folder keeps one account: give another one with --to.',
      );
    }
    const folder = new ArchiveFolder(path, state ?? newState(server));
    // From now on every file that a commit touches is listed first.
    if (state === undefined) await folder.commit(new Map(), folder.state);
    await folder.#cutOff();
    return folder;
  }

  /** How many bytes of a file count. */
  lengthOf(file: string): number {
    return this.#state.files[file] ?? 0;
  }

  /** Appends lines and moves the state in one step. `emptied` files lose what they have. */
  async commit(
    appended: Appended,
    next: Omit<ArchiveState, 'files'>,
    emptied: readonly string[] = [],
  ): Promise<void> {
    await this.#list([...appended.keys()]);
    const files: Record<string, number> = { ...this.#state.files };
    for (const [file, lines] of appended) {
      const path = join(this.path, file);
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const handle = await open(path, 'r+');
      try {
        const at = files[file] ?? 0;
        for (let done = 0; done < bytes.length; ) {
          done += (await handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
        }
        await handle.sync();
        files[file] = at + bytes.length;
      } finally {
        await handle.close();
      }
    }
    for (const file of emptied) files[file] = 0;
    await this.#write({ ...next, files });
    for (const file of emptied) await truncate(join(this.path, file), 0);
  }

  /** The lines of a file from a byte on. Node's own `readline` also ends them at U+2028, which JSON does not escape. */
  async *lines(file: string, from = 0): AsyncGenerator<string, void, undefined> {
    const end = this.lengthOf(file) - 1;
    const path = join(this.path, file);
    if (end < from || (await sizeOf(path)) === undefined) return;
    let rest = '';
    for await (const text of createReadStream(path, { start: from, end, encoding: 'utf8' })) {
      const lines = `${rest}${text}`.split('\n');
      rest = lines.pop() as string;
      yield* lines;
    }
  }

  /** Makes files that are new, and writes into the state how long those are that a commit touches first. */
  async #list(files: readonly string[]): Promise<void> {
    const listed: Record<string, number> = { ...this.#state.files };
    let isChanged = false;
    for (const file of files) {
      const path = join(this.path, file);
      const size = await sizeOf(path);
      if (size !== undefined && listed[file] !== undefined) continue;
      isChanged = true;
      // Somebody compressed it, or put it there.
      listed[file] = size ?? 0;
      if (size !== undefined) continue;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await (await open(path, 'a', 0o600)).close();
      await syncFolder(dirname(path));
    }
    if (isChanged) await this.#write({ ...this.#state, files: listed });
  }

  /** Takes away what a commit that did not end has appended. */
  async #cutOff(): Promise<void> {
    for (const [file, length] of Object.entries(this.#state.files)) {
      const path = join(this.path, file);
      const size = await sizeOf(path);
      if (size === undefined || size === length) continue;
      if (size > length) await truncate(path, length);
      else {
        throw new CommandFailure(`${path} has ${size} bytes, and was written with ${length}`, {
          exitCode: EXIT.refused,
          code: 'ArchiveChanged',
          next: 'Put the file back as it was, or take it out of the folder.',
        });
      }
    }
  }

  async #write(state: ArchiveState): Promise<void> {
    await writeWhole(join(this.path, 'state.json'), `${JSON.stringify(state)}\n`);
    this.#state = state;
  }
}

async function readState(path: string): Promise<ArchiveState | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const state = JSON.parse(text) as ArchiveState;
    if (state.version === 1 && typeof state.server === 'string') return state;
  } catch {
    // Refused below.
  }
  throw new CommandFailure(`${path} is not the state of an archive of this version`, {
    exitCode: EXIT.refused,
    code: 'ArchiveChanged',
    next: 'Put the file back from a copy, or give another folder with --to.',
  });
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
