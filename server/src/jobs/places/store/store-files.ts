import { createHash, type Hash } from 'node:crypto';
import type { ExportFiles, FileKept, PlacedFile, SaveRhythm } from '../export-files.ts';
import { ExportUnavailable } from '../export-unavailable.ts';
import { FileLost } from '../file-lost.ts';
import type { StoreClient } from './store-client.ts';

/** All parts but the last have this size: some stores demand one size, and all at least 5 MiB. */
export const PART_BYTES = 8 * 1024 * 1024;

/** What stores allow: a file of a day has at most 78 GiB. */
const MOST_PARTS = 10_000;

const TYPES: Readonly<Record<string, string>> = {
  ndjson: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
};

/**
 * The files of one export in a store, each an upload in parts. Its `part` is the upload's id. Parts cannot be
 * read or cut, so a part is sent when it is full, and the job records the tags of those that are there and
 * the bytes that are not enough for one: any node goes on from there. A holder that was only slow replaces a
 * part of its successor at most, whose tag differs then: completing refuses it, and the day is written again.
 */
export class StoreFiles implements ExportFiles {
  readonly rhythm: SaveRhythm = {
    bytes: PART_BYTES,
    rows: Number.POSITIVE_INFINITY,
    // What is recorded meanwhile is written to the database: 8 MiB at most, each ten seconds.
    longestMs: 10_000,
  };
  readonly #client: StoreClient;
  /** The keys of the export begin with it. */
  readonly #below: string;
  #file: { readonly key: string; readonly uploadId: string } | undefined;
  #parts: string[] = [];
  #tail: Uint8Array[] = [];
  #tailBytes = 0;
  /** Being sent, or to be sent again. */
  #full: Uint8Array | undefined;
  #hash: Hash | undefined;

  constructor(client: StoreClient, below: string) {
    this.#client = client;
    this.#below = below;
  }

  get pending(): number {
    return this.#tailBytes + (this.#full?.length ?? 0);
  }

  async open(): Promise<void> {}

  async begin(name: string, signal: AbortSignal): Promise<string> {
    const key = `${this.#below}${name}`;
    const type = TYPES[name.split('.').at(-1) as string] ?? 'application/octet-stream';
    const uploadId = await this.#client.begin(key, type, signal);
    this.#goOn(key, uploadId, []);
    this.#hash = createHash('sha256');
    return uploadId;
  }

  async takeOver(file: PlacedFile, { parts, tail }: FileKept): Promise<string | undefined> {
    const [sent, left] = [parts ?? [], tail ?? new Uint8Array()];
    if (sent.length * PART_BYTES + left.length !== file.bytes) return undefined;
    this.#goOn(`${this.#below}${file.name}`, file.part, sent);
    // Parts cannot be read: the file is when it is complete.
    this.#hash = sent.length === 0 ? createHash('sha256') : undefined;
    if (left.length > 0) this.add(left);
    return file.part;
  }

  async dropPart(): Promise<void> {}

  add(bytes: Uint8Array): void {
    this.#hash?.update(bytes);
    this.#tail.push(bytes);
    this.#tailBytes += bytes.length;
  }

  async save(ends: boolean, signal: AbortSignal): Promise<FileKept> {
    for (;;) {
      const isDue = this.#tailBytes >= PART_BYTES || (ends && this.#tailBytes > 0);
      if (this.#full === undefined && !isDue) break;
      this.#full ??= this.#cut();
      await this.#send(this.#full, signal);
      this.#full = undefined;
    }
    const tail = this.#tailBytes === 0 ? null : Buffer.concat(this.#tail);
    if (tail !== null) this.#tail = [tail];
    return { parts: [...this.#parts], tail };
  }

  digest(): Uint8Array | undefined {
    return this.#hash?.copy().digest();
  }

  async complete(
    { bytes, name, part }: PlacedFile,
    { parts }: FileKept,
    sha256: Uint8Array | undefined,
    signal: AbortSignal,
  ): Promise<Uint8Array | undefined> {
    const key = `${this.#below}${name}`;
    const isDone = await this.#client.complete(key, part, parts ?? [], signal);
    if ((await this.#client.size(key, signal)) !== bytes) return undefined;
    if (isDone && sha256 !== undefined) return sha256;
    // Another holder has completed it before it died, or this one has not seen all of it.
    const read = await this.#read(key, signal);
    const isOther = sha256 !== undefined && !read?.equals(sha256);
    return isOther ? undefined : read;
  }

  async clean(signal: AbortSignal): Promise<void> {
    for await (const { key, uploadId } of this.#client.uploads(this.#below, signal)) {
      await this.#client.abort(key, uploadId, signal);
    }
  }

  writeManifest(text: string, signal: AbortSignal): Promise<void> {
    const key = `${this.#below}manifest.json`;
    return this.#client.put(key, text, 'application/json', { signal });
  }

  async close(): Promise<void> {
    this.#file = undefined;
    [this.#tail, this.#tailBytes, this.#full] = [[], 0, undefined];
  }

  #goOn(key: string, uploadId: string, parts: readonly string[]): void {
    this.#file = { key, uploadId };
    this.#parts = [...parts];
    [this.#tail, this.#tailBytes, this.#full] = [[], 0, undefined];
  }

  /** Takes the bytes of a part from the tail. */
  #cut(): Uint8Array {
    const all = Buffer.concat(this.#tail);
    const rest = all.subarray(PART_BYTES);
    this.#tailBytes = rest.length;
    // A copy: a view would keep the whole part in memory.
    this.#tail = rest.length === 0 ? [] : [Buffer.from(rest)];
    return all.subarray(0, PART_BYTES);
  }

  async #send(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    const { key, uploadId } = this.#file as { key: string; uploadId: string };
    const number = this.#parts.length + 1;
    if (number > MOST_PARTS) {
      throw new ExportUnavailable(
        `a file has at most ${MOST_PARTS} parts of ${PART_BYTES} bytes in a store: narrow the query`,
        { reason: 'store' },
      );
    }
    const tag = await this.#client.part(key, uploadId, number, bytes, signal);
    if (tag === undefined) throw new FileLost(key.slice(this.#below.length));
    this.#parts.push(tag);
  }

  /** The SHA-256 of an object; undefined: there is none. */
  async #read(key: string, signal: AbortSignal): Promise<Buffer | undefined> {
    const hash = createHash('sha256');
    const add = (piece: Uint8Array) => {
      hash.update(piece);
      return true;
    };
    return (await this.#client.read(key, add, signal)) ? hash.digest() : undefined;
  }
}
