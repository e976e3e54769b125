import { storableText } from './storable-text.ts';

/** Kept of a body (spec/contract.md, "List attempts"). */
const KEPT_BYTES = 64 * 1024;

/** Read of a body before the connection is closed: an endless answer must end somewhere. */
const READ_BYTES = 1024 * 1024;

/** The most pieces a body may arrive in: a million chunks of one byte would cost seconds of CPU. */
const READ_PIECES = 16 * 1024;

const NOTHING = Buffer.alloc(0);

/** Collects a body as it streams in: keeps its beginning and counts the rest. */
export class ResponseBody {
  /**
   * One buffer that grows, not a list of pieces: 64 KiB in chunks of one byte would be 65,536
   * objects, which take a hundred times the memory of their contents.
   */
  #buffer: Buffer = NOTHING;
  #kept = 0;
  #length = 0;
  #pieces = 0;

  get length(): number {
    return this.#length;
  }

  /** The error message when reading was stopped. */
  get cutOff(): string {
    const what =
      this.#length > READ_BYTES
        ? `is longer than ${READ_BYTES} bytes`
        : `arrives in more than ${READ_PIECES} pieces`;
    return `answer cut off: its body ${what}`;
  }

  /** Returns false once enough was read. */
  add(chunk: Buffer): boolean {
    this.#length += chunk.length;
    this.#pieces++;
    const room = KEPT_BYTES - this.#kept;
    if (room > 0) this.#keep(chunk.length > room ? chunk.subarray(0, room) : chunk);
    return this.#length <= READ_BYTES && this.#pieces <= READ_PIECES;
  }

  /** The kept bytes as text that PostgreSQL can store. */
  text(charset?: string): string {
    return storableText(this.#buffer.subarray(0, this.#kept), charset);
  }

  /** The kept bytes. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#kept);
  }

  /** Copies, because the part is a view of a buffer that is reused. */
  #keep(part: Buffer): void {
    const needed = this.#kept + part.length;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(
        Math.max(needed, Math.min(2 * this.#buffer.length, KEPT_BYTES)),
      );
      this.#buffer.copy(larger, 0, 0, this.#kept);
      this.#buffer = larger;
    }
    part.copy(this.#buffer, this.#kept);
    this.#kept = needed;
  }
}
