import { createHash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';

/** Copies this much at a time: 64 of them fit between two renewals of a lease on a slow disk. */
const COPIED_BYTES = 1024 * 1024;

/** Copied pieces between two syncs: one sync of 10 GiB at the end would outlast the lease. */
const UNSYNCED_PIECES = 64;

/**
 * A file of an export while one holder of the job writes it. It has a name that no other holder uses, and
 * a holder that takes the job over copies what was recorded: one that was only slow goes on writing to a
 * file that nobody reads.
 */
export class PartFile {
  readonly #handle: FileHandle;
  readonly #hash = createHash('sha256');

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Creates the file. */
  static async begin(path: string): Promise<PartFile> {
    return new PartFile(await open(path, 'wx', 0o600));
  }

  /**
   * Begins with the first bytes of the file of an earlier holder, which are on the disk then; undefined if
   * it does not have them.
   *
   * @param onCopied called after each piece; what it throws ends the copy, of which nothing is left
   */
  static async takeOver(
    earlier: string,
    path: string,
    bytes: number,
    onCopied: () => Promise<void>,
  ): Promise<PartFile | undefined> {
    const from = await open(earlier, 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (from === undefined) return undefined;
    const part = await PartFile.begin(path);
    let isWhole = false;
    try {
      const buffer = Buffer.allocUnsafe(COPIED_BYTES);
      let copied = 0;
      for (let pieces = 1; copied < bytes; pieces++) {
        const wanted = Math.min(buffer.length, bytes - copied);
        const { bytesRead } = await from.read(buffer, 0, wanted, copied);
        if (bytesRead === 0) break;
        await part.append(buffer.subarray(0, bytesRead));
        copied += bytesRead;
        if (pieces % UNSYNCED_PIECES === 0) await part.sync();
        await onCopied();
      }
      // The earlier file is deleted when the new one is recorded.
      await part.sync();
      isWhole = copied === bytes;
    } finally {
      await from.close();
      if (!isWhole) await part.discard(path);
    }
    return isWhole ? part : undefined;
  }

  async append(bytes: Uint8Array): Promise<void> {
    await this.#handle.appendFile(bytes);
    this.#hash.update(bytes);
  }

  /** Resolves when everything appended is on the disk. */
  sync(): Promise<void> {
    return this.#handle.datasync();
  }

  /** The SHA-256 of everything appended; nothing can be appended afterwards. */
  digest(): Buffer {
    return this.#hash.digest();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  private async discard(path: string): Promise<void> {
    await this.#handle.close();
    await rm(path, { force: true });
  }
}
