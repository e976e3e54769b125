import { type AnswerHead, MalformedAnswer, readAnswerHead } from './answer-head.ts';
import { endOfHead, startOfHead } from './head-bounds.ts';

/** Receives an answer as it arrives. */
export interface AnswerListener {
  onHead(head: AnswerHead): void;
  /** A view of a buffer that is overwritten after the call. */
  onBody(bytes: Buffer): void;
}

/** The limit before the body, interim answers and empty lines included, and again for trailers. */
const HEAD_BYTES = 20 * 1024;

/**
 * The limit of one answer, framing included. The body limit, 1 MiB in 16,384 pieces, is reached
 * earlier; but endless chunk extensions are not body, and would be read until the time limit.
 */
const ANSWER_BYTES = 2 * 1024 * 1024;

/** The shortest prefix that identifies an answer: "HTTP/1.1 103". */
const PREFIX = 'HTTP/1.1 200';

/** Hexadecimal digits that a number holds without loss; leading zeros do not count. */
const CHUNK_DIGITS = 13;

const NOTHING = Buffer.alloc(0);

const CR = 13;
const LF = 10;

/**
 * Reads the answers of one connection, one after the other, from pieces of any size. A head is
 * parsed once it is complete, so an endpoint that stops within it costs only the bytes that it
 * sent. Interim answers are skipped: some servers send `100 Continue` to every POST, and RFC 9110
 * (15.2) asks clients to accept it.
 *
 * The steps of an answer: `head`; then `sized`, or `unsized`, or for each chunk `chunk size` to
 * `after chunk`, where the last chunk, which is empty, is followed by `trailers`; then `ended`.
 */
export class AnswerReader {
  readonly #listener: AnswerListener;
  #step:
    | 'head'
    | 'sized'
    | 'unsized'
    | 'chunk size'
    | 'chunk extension'
    | 'chunk'
    | 'after chunk'
    | 'trailers'
    | 'ended' = 'ended';
  /** The beginning of a head whose end has not arrived. */
  #held: Buffer = NOTHING;
  #headBytes = 0;
  #answerBytes = 0;
  /** Left of the body, or of the chunk. */
  #bytesLeft = 0;
  #chunkDigits = 0;
  /** Whether the current line of the trailers has any text. */
  #lineHasText = false;

  constructor(listener: AnswerListener) {
    this.#listener = listener;
  }

  /** A request is about to be sent: the next bytes are its answer. */
  begin(): void {
    this.#step = 'head';
    this.#headBytes = 0;
    this.#answerBytes = 0;
  }

  /** The answer is complete. */
  get ended(): boolean {
    return this.#step === 'ended';
  }

  /** Whether the answer is complete when the connection ends: some have no other end. */
  endOfConnection(): boolean {
    return this.#step === 'ended' || this.#step === 'unsized';
  }

  /**
   * Reads what arrived, and returns how many of the bytes belong to the answer: fewer when it
   * ended.
   *
   * @throws {MalformedAnswer} with the reason.
   * @throws {AnswerTooLong} if the framing exceeds the limit.
   */
  read(bytes: Buffer): number {
    let at = 0;
    while (at < bytes.length && this.#step !== 'ended') at = this.#readStep(bytes, at);
    this.#answerBytes += at;
    if (this.#step !== 'ended' && this.#answerBytes > ANSWER_BYTES) throw new AnswerTooLong();
    return at;
  }

  /** Reads the current step from a position, and returns where it ended. */
  #readStep(bytes: Buffer, at: number): number {
    switch (this.#step) {
      case 'head':
        return this.#readHead(bytes, at);
      case 'sized':
        return this.#readSized(bytes, at, 'ended');
      case 'unsized':
        this.#listener.onBody(bytes.subarray(at));
        return bytes.length;
      case 'chunk size':
        return this.#readChunkSize(bytes, at);
      case 'chunk extension':
        return this.#readChunkExtension(bytes, at);
      case 'chunk':
        return this.#readSized(bytes, at, 'after chunk');
      case 'after chunk':
        return this.#readAfterChunk(bytes, at);
      case 'trailers':
        return this.#readTrailers(bytes, at);
      case 'ended':
        return at;
    }
  }

  #readHead(piece: Buffer, at: number): number {
    const before = this.#held.length;
    const bytes =
      before === 0 ? piece.subarray(at) : Buffer.concat([this.#held, piece.subarray(at)]);
    this.#held = NOTHING;
    const start = startOfHead(bytes);
    const beginning = bytes.toString('latin1', start, start + PREFIX.length);
    if (!/^HTTP\/1\.[01] \d{3}$/.test(beginning + PREFIX.slice(beginning.length))) {
      throw new MalformedAnswer(`not HTTP/1.1: ${JSON.stringify(bytes.toString('latin1', 0, 40))}`);
    }
    const end = endOfHead(bytes, start);
    if (end < 0) {
      this.#countHead(bytes.length);
      this.#headBytes -= bytes.length; // Counted when it is complete.
      this.#held = Buffer.from(bytes);
      return piece.length;
    }
    this.#countHead(end);
    const head = readAnswerHead(bytes.toString('latin1', start, end));
    if (head.statusCode === 101) {
      throw new MalformedAnswer('101 Switching Protocols without an upgrade request');
    }
    if (head.statusCode >= 200) this.#headEnded(head);
    return at + end - before;
  }

  #countHead(bytes: number): void {
    this.#headBytes += bytes;
    if (this.#headBytes > HEAD_BYTES) {
      throw new MalformedAnswer(`head longer than ${HEAD_BYTES} bytes`);
    }
  }

  #headEnded(head: AnswerHead): void {
    this.#headBytes = 0; // From here it counts trailers.
    if (head.body === 'chunked') this.#beginChunk();
    else if (head.body === 'until the connection ends') this.#step = 'unsized';
    else {
      this.#bytesLeft = head.body;
      this.#step = head.body === 0 ? 'ended' : 'sized';
    }
    this.#listener.onHead(head);
  }

  #readSized(bytes: Buffer, at: number, next: 'ended' | 'after chunk'): number {
    const end = Math.min(at + this.#bytesLeft, bytes.length);
    this.#bytesLeft -= end - at;
    if (this.#bytesLeft === 0) this.#step = next;
    this.#listener.onBody(bytes.subarray(at, end));
    return end;
  }

  #beginChunk(): void {
    this.#step = 'chunk size';
    this.#bytesLeft = 0;
    this.#chunkDigits = 0;
  }

  #readChunkSize(bytes: Buffer, at: number): number {
    let position = at;
    for (; position < bytes.length; position++) {
      const digit = hexDigit(bytes[position] as number);
      if (digit < 0) break;
      this.#bytesLeft = this.#bytesLeft * 16 + digit;
      if (this.#bytesLeft > 0) this.#chunkDigits++;
      else this.#chunkDigits ||= 1;
      if (this.#chunkDigits > CHUNK_DIGITS) throw new MalformedAnswer('chunk size too large');
    }
    if (position < bytes.length) {
      if (this.#chunkDigits === 0) throw new MalformedAnswer('chunk without a size');
      if (!mayFollowChunkSize(bytes[position] as number)) {
        throw new MalformedAnswer('chunk size is not a number');
      }
      this.#step = 'chunk extension';
    }
    return position;
  }

  #readChunkExtension(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(LF, at);
    if (end < 0) return bytes.length;
    this.#step = this.#bytesLeft === 0 ? 'trailers' : 'chunk';
    this.#lineHasText = false;
    return end + 1;
  }

  #readAfterChunk(bytes: Buffer, at: number): number {
    const byte = bytes[at] as number;
    if (byte === LF) this.#beginChunk();
    else if (byte !== CR) throw new MalformedAnswer('chunk longer than its size');
    return at + 1;
  }

  /** Trailers are skipped; they end with an empty line. */
  #readTrailers(bytes: Buffer, at: number): number {
    for (let position = at; position < bytes.length; position++) {
      const byte = bytes[position];
      if (++this.#headBytes > HEAD_BYTES) {
        throw new MalformedAnswer(`trailers longer than ${HEAD_BYTES} bytes`);
      }
      if (byte === LF) {
        if (!this.#lineHasText) {
          this.#step = 'ended';
          return position + 1;
        }
        this.#lineHasText = false;
      } else if (byte !== CR) this.#lineHasText = true;
    }
    return bytes.length;
  }
}

/** The framing of a body exceeds the limit. */
export class AnswerTooLong extends Error {
  constructor() {
    super(`answer cut off: it is longer than ${ANSWER_BYTES} bytes, framing included`);
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** The end of the line, an extension, or the blanks that some servers pad with. */
function mayFollowChunkSize(byte: number): boolean {
  return byte === CR || byte === LF || byte === 59 || byte === 32 || byte === 9;
}
