import { MalformedAnswer } from './answer-head.ts';
import { IN_TOKEN } from './in-token.ts';

/** The limit of all trailers of an answer. */
const TRAILER_BYTES = 20 * 1024;

const TAB = 9;
const LF = 10;
const CR = 13;
const COLON = 58;

/** They say where a body ends, so they come too late (RFC 9110, 6.5.1). */
const FRAMING = new Set(['content-length', 'transfer-encoding']);

/** One more than the names in `FRAMING` have. */
const LONGEST_NAME = 18;

/**
 * Skips the trailers after a body in chunks, up to the empty line, and judges their lines as it
 * does: what is no trailer may be the next answer.
 */
export class TrailerLines {
  /** The first fault in them. */
  fault: string | undefined;
  /** False after a bare LF. */
  certain = true;
  #bytes = 0;
  /** The beginning of the name, in lower case. */
  #name = '';
  #part: 'start' | 'name' | 'value' = 'start';
  #afterCr = false;

  begin(): void {
    this.fault = undefined;
    this.certain = true;
    this.#bytes = 0;
    this.#part = 'start';
    this.#name = '';
    this.#afterCr = false;
  }

  /** Returns the position after the empty line, or -1 if that has not arrived. */
  read(bytes: Buffer, at: number): number {
    for (let position = at; position < bytes.length; position++) {
      const byte = bytes[position] as number;
      if (++this.#bytes > TRAILER_BYTES) {
        throw new MalformedAnswer(`trailers longer than ${TRAILER_BYTES} bytes`);
      }
      if (byte === LF) {
        if (!this.#afterCr) this.certain = false;
        this.#afterCr = false;
        if (this.#part === 'start') return position + 1;
        if (this.#part === 'name') this.fault ??= 'invalid trailer';
        this.#part = 'start';
        this.#name = '';
        continue;
      }
      if (this.#afterCr) this.fault ??= 'control character in a trailer';
      this.#afterCr = byte === CR;
      if (!this.#afterCr) this.#readText(byte);
    }
    return -1;
  }

  #readText(byte: number): void {
    if (this.#part === 'value') {
      if (byte === 127 || (byte < 32 && byte !== TAB)) {
        this.fault ??= 'control character in a trailer';
      }
    } else if (byte === COLON && this.#part === 'name') {
      this.#part = 'value';
      if (FRAMING.has(this.#name)) this.fault ??= `${this.#name} as a trailer`;
    } else {
      if (IN_TOKEN[byte] !== true) this.fault ??= 'invalid trailer';
      this.#part = 'name';
      if (this.#name.length < LONGEST_NAME) this.#name += String.fromCharCode(byte).toLowerCase();
    }
  }
}
