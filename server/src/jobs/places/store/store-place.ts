import { randomUUID } from 'node:crypto';
import type { ExportStore } from '../../../model/export-store.ts';
import { isId } from '../../../model/ids.ts';
import type { ExportFiles } from '../export-files.ts';
import type { ExportPlace, OpenedFile } from '../export-place.ts';
import { StoreClient } from './store-client.ts';
import { StoreFiles } from './store-files.ts';

/** In the bucket, after the prefix: its id. */
const MARK = '.hooktrail-exports';

/** A mark is small: a node does not wait longer to know which store it is. */
const MARK_MS = 10_000;

/** A caller does not wait longer for the first byte of a file. */
const OPEN_MS = 30_000;

interface Patience {
  /** How long a mark may take. */
  readonly markMs?: number;
  /** How long a store may be silent within an answer. */
  readonly silenceMs?: number;
}

/** A bucket of an object store that speaks S3. An export is what has its id and a slash in the key. */
export class StorePlace implements ExportPlace {
  readonly name = 'the store of exports';
  readonly setting = 'HOOKTRAIL_EXPORT_S3_BUCKET';
  readonly reason = 'store';
  readonly isShared = true;
  readonly path: string;
  readonly #client: StoreClient;
  readonly #markMs: number;
  readonly #prefix: string;

  constructor(store: ExportStore, { markMs = MARK_MS, silenceMs }: Patience = {}) {
    this.path = `${store.endpoint ?? 's3:/'}/${store.bucket}/${store.prefix}`;
    this.#prefix = store.prefix;
    this.#markMs = markMs;
    this.#client = new StoreClient(store, silenceMs);
  }

  async readMark(): Promise<string | undefined> {
    const signal = AbortSignal.timeout(this.#markMs);
    let mark = '';
    const add = (piece: Uint8Array) => {
      mark += String(piece);
      return mark.length <= 36;
    };
    await this.#client.read(`${this.#prefix}${MARK}`, add, signal);
    return /^[0-9a-f-]{36}$/.test(mark) ? mark : undefined;
  }

  async writeMark(): Promise<void> {
    if ((await this.readMark()) !== undefined) return;
    const signal = AbortSignal.timeout(this.#markMs);
    const key = `${this.#prefix}${MARK}`;
    await this.#client.put(key, randomUUID(), 'text/plain', { once: true, signal });
  }

  filesOf(jobId: string): ExportFiles {
    return new StoreFiles(this.#client, this.#below(jobId));
  }

  async openFile(
    jobId: string,
    name: string,
    start: number,
    end: number,
  ): Promise<OpenedFile | undefined> {
    const signal = AbortSignal.timeout(OPEN_MS);
    const found = await this.#client.get(`${this.#below(jobId)}${name}`, { start, end }, signal);
    return found && { size: found.size, stream: found.body };
  }

  async remove(jobId: string, signal?: AbortSignal): Promise<void> {
    const below = this.#below(jobId);
    for await (const { key, uploadId } of this.#client.uploads(below, signal)) {
      await this.#client.abort(key, uploadId, signal);
    }
    for await (const { key } of this.#client.objects(below, signal)) {
      await this.#client.delete(key, signal);
    }
  }

  async jobIds(): Promise<string[]> {
    const found = new Set<string>();
    for await (const name of this.#client.folders(this.#prefix)) found.add(name);
    for await (const { key } of this.#client.uploads(this.#prefix)) {
      found.add(key.slice(this.#prefix.length).split('/')[0] as string);
    }
    return [...found].filter(isId);
  }

  async writtenMs(jobId: string): Promise<number | undefined> {
    const below = this.#below(jobId);
    let latest: number | undefined;
    for await (const { writtenMs } of this.#client.uploads(below)) {
      latest = Math.max(latest ?? 0, writtenMs);
    }
    for await (const { writtenMs } of this.#client.objects(below)) {
      latest = Math.max(latest ?? 0, writtenMs);
    }
    return latest;
  }

  close(): void {
    this.#client.close();
  }

  #below(jobId: string): string {
    return `${this.#prefix}${jobId}/`;
  }
}
