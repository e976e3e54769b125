import { endOfHead, startOfHead } from './head-bounds.ts';

/** The limit before the body, interim answers and empty lines included. */
export const HEAD_BYTES = 20 * 1024;

const NOTHING = Buffer.alloc(0);

/** The end of the line before the empty line: where the search for the end goes on. */
const SEEN_AGAIN = 2;

/**
 * Collects the bytes of a head until its empty line, from pieces of any size. Usually a head
 * arrives in one piece and is not copied. Otherwise each byte is copied and searched once, however
 * small the pieces: with one search of everything for each piece, a head of 20 KiB in TLS records
 * of one byte took 1.5 s.
 */
export class HeadBuffer {
  /** Bytes copied or searched so far; a test holds it to be linear. */
  work = 0;
  #bytes: Buffer = NOTHING;
  #length = 0;
  /** Where the head begins, after empty lines. */
  #start = 0;
  /** How many more bytes may come before the body. */
  #left = HEAD_BYTES;
  /** The piece that holds the whole head, or `#bytes`. */
  #whole: Buffer = NOTHING;
  #end = 0;

  /** Begins with the next answer. */
  reset(): void {
    this.#left = HEAD_BYTES;
    this.#clear();
  }

  /**
   * Takes the bytes of a piece from a position. Returns the position after the head's end, or -1 if
   * that has not arrived; `isTooLong` then says whether it may still arrive.
   */
  add(piece: Buffer, at: number): number {
    if (this.#length === 0) {
      const from = startOfHead(piece, at);
      const end = endOfHead(piece, from);
      this.#searched(piece, at, end);
      if (end >= 0 && end - at <= this.#left) {
        this.#left -= end - at;
        this.#whole = piece;
        this.#start = from;
        this.#end = end;
        return end;
      }
      this.#copy(piece, at);
      this.#start = from - at;
      return -1;
    }
    const before = this.#length;
    this.#copy(piece, at);
    const bytes = this.#bytes.subarray(0, this.#length);
    if (this.#start === before) this.#start = startOfHead(bytes, before);
    const from = Math.max(this.#start, before - SEEN_AGAIN);
    const end = endOfHead(bytes, from);
    this.#searched(bytes, from, end);
    if (end < 0 || end > this.#left) return -1;
    this.#left -= end;
    this.#whole = bytes;
    this.#end = end;
    return at + end - before;
  }

  /** More bytes arrived than a head may have. */
  get isTooLong(): boolean {
    return this.#length > this.#left;
  }

  /** The first characters of the head. */
  beginning(length: number): string {
    const bytes = this.#end > 0 ? this.#whole : this.#bytes.subarray(0, this.#length);
    return bytes.toString('latin1', this.#start, this.#start + length);
  }

  /** The complete lines so far, one character per byte. */
  text(): string {
    if (this.#end > 0) return this.#whole.toString('latin1', this.#start, this.#end);
    const text = this.#bytes.toString('latin1', this.#start, this.#length);
    return text.slice(0, text.lastIndexOf('\n') + 1);
  }

  /** Forgets a head that was read. The bytes before the body are counted on. */
  take(): void {
    this.#clear();
  }

  #searched(bytes: Buffer, from: number, end: number): void {
    this.work += (end < 0 ? bytes.length : end) - from;
  }

  #clear(): void {
    this.#bytes = NOTHING;
    this.#length = 0;
    this.#start = 0;
    this.#whole = NOTHING;
    this.#end = 0;
  }

  /**
   * Copies, because a piece is a view of a buffer that is reused; no more than shows that it is too
   * much.
   */
  #copy(piece: Buffer, at: number): void {
    const count = Math.min(piece.length - at, this.#left + 1 - this.#length);
    const needed = this.#length + count;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
      this.work += this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    this.work += piece.copy(this.#bytes, this.#length, at, at + count);
    this.#length = needed;
  }
}
