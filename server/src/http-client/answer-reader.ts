import { type AnswerHead, MalformedAnswer, readAnswerHead } from './answer-head.ts';
import { ChunkExtension } from './chunk-extension.ts';
import { HEAD_BYTES, HeadBuffer } from './head-buffer.ts';
import { TrailerLines } from './trailer-lines.ts';

/** Receives an answer as it arrives. */
export interface AnswerListener {
  onHead(head: AnswerHead): void;
  /** A view of a buffer that is overwritten after the call. */
  onBody(bytes: Buffer): void;
}

/**
 * The limits of one answer, framing included. The body limit, 1 MiB in 16,384 pieces, is reached
 * earlier; but endless chunk extensions are not body, and would be read until the time limit.
 */
const ANSWER_BYTES = 2 * 1024 * 1024;
const ANSWER_PIECES = 64 * 1024;

/** The shortest prefix that identifies an answer: "HTTP/1.1 103". */
const PREFIX = 'HTTP/1.1 200';

/** Hexadecimal digits that a number holds without loss; leading zeros do not count. */
const CHUNK_DIGITS = 13;

const CR = 13;
const LF = 10;
const SEMICOLON = 59;

/**
 * Reads the answers of one connection, one after the other, from pieces of any size. A head is
 * parsed once it is complete, so an endpoint that stops within it costs only the bytes that it
 * sent. Interim answers are skipped: some servers send `100 Continue` to every POST, and RFC 9110
 * (15.2) asks clients to accept it.
 *
 * The steps of an answer: `head`; then `sized`, `unsized` or `unclear`, or for each chunk `chunk
 * size` to `after chunk`, where the last chunk, which is empty, is followed by `trailers`; then
 * `ended`.
 *
 * Where an answer departs from the grammar and its end can still be found, it is read on, `fault`
 * says what was wrong, and its end is not `certain`: bytes after it may belong to it.
 */
export class AnswerReader {
  readonly #listener: AnswerListener;
  readonly #head = new HeadBuffer();
  readonly #trailers = new TrailerLines();
  #step:
    | 'head'
    | 'sized'
    | 'unsized'
    | 'unclear'
    | 'chunk size'
    | 'chunk extension'
    | 'chunk'
    | 'after chunk'
    | 'trailers'
    | 'ended' = 'ended';
  #answerBytes = 0;
  #pieces = 0;
  /** Left of the body, or of the chunk. */
  #bytesLeft = 0;
  #chunkDigits = 0;
  readonly #extension = new ChunkExtension();
  #lastByte = 0;
  #fault: string | undefined;
  #certain = true;

  constructor(listener: AnswerListener) {
    this.#listener = listener;
  }

  /** A request is about to be sent: the next bytes are its answer. */
  begin(): void {
    this.#step = 'head';
    this.#head.reset();
    this.#answerBytes = 0;
    this.#pieces = 0;
    this.#fault = undefined;
    this.#certain = true;
  }

  /** The answer is complete. */
  get ended(): boolean {
    return this.#step === 'ended';
  }

  /** Whether the bytes after the answer can only be the next answer. */
  get certain(): boolean {
    return this.#certain && this.#fault === undefined;
  }

  /** The first fault in interim answers, framing and trailers. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Bytes of heads that were copied or searched, for the test that this is linear. */
  get headWork(): number {
    return this.#head.work;
  }

  /** Whether the answer is complete when the connection ends: some have no other end. */
  endOfConnection(): boolean {
    return this.#step === 'ended' || this.#step === 'unsized';
  }

  /**
   * Reads what arrived, and returns how many of the bytes belong to the answer: fewer when it
   * ended.
   *
   * @throws {MalformedAnswer} with the reason, where no status was read, or its end cannot be
   * found.
   * @throws {AnswerTooLong} if the framing exceeds the limits.
   */
  read(bytes: Buffer): number {
    let at = 0;
    while (at < bytes.length && this.#step !== 'ended') at = this.#readStep(bytes, at);
    // Nobody knows where it ends: what came with the head is shown.
    if (this.#step === 'unclear') this.#step = 'ended';
    this.#answerBytes += at;
    this.#pieces++;
    if (this.#step !== 'ended') {
      if (this.#answerBytes > ANSWER_BYTES) {
        throw new AnswerTooLong(`is longer than ${ANSWER_BYTES} bytes`);
      }
      if (this.#pieces > ANSWER_PIECES) {
        throw new AnswerTooLong(`arrives in more than ${ANSWER_PIECES} pieces`);
      }
    }
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
      case 'unclear':
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
    const buffer = this.#head;
    const end = buffer.add(piece, at);
    const beginning = buffer.beginning(PREFIX.length);
    if (!/^HTTP\/1\.[01] \d{3}$/.test(beginning + PREFIX.slice(beginning.length))) {
      throw new MalformedAnswer(`not HTTP/1.1: ${JSON.stringify(buffer.beginning(40))}`);
    }
    if (end < 0) {
      if (buffer.isTooLong) this.#headTooLong();
      return piece.length;
    }
    const head = readAnswerHead(buffer.text());
    buffer.take();
    if (head.statusCode === 101) {
      throw new MalformedAnswer('101 Switching Protocols without an upgrade request');
    }
    if (head.statusCode >= 200) this.#headEnded(head);
    else if (head.fault !== undefined) this.#noted(head.fault);
    else if (!head.certain) this.#certain = false;
    return end;
  }

  /** The status decides, if one was read. */
  #headTooLong(): void {
    const fault = `head longer than ${HEAD_BYTES} bytes`;
    const text = this.#head.text();
    const status = Number(text.slice(PREFIX.length - 3, PREFIX.length));
    if (text === '' || status < 200) throw new MalformedAnswer(fault);
    const head = readAnswerHead(text);
    this.#head.take();
    this.#headEnded({ ...head, body: 'unclear', keepMs: 0, certain: false, fault });
    this.#step = 'ended';
  }

  #headEnded(head: AnswerHead): void {
    if (head.body === 'chunked') this.#beginChunk();
    else if (head.body === 'until the connection ends') this.#step = 'unsized';
    else if (head.body === 'unclear') this.#step = 'unclear';
    else {
      this.#bytesLeft = head.body;
      this.#step = head.body === 0 ? 'ended' : 'sized';
    }
    this.#listener.onHead(head);
  }

  #readSized(bytes: Buffer, at: number, next: 'ended' | 'after chunk'): number {
    const end = Math.min(at + this.#bytesLeft, bytes.length);
    this.#bytesLeft -= end - at;
    if (this.#bytesLeft === 0) {
      this.#step = next;
      this.#lastByte = 0;
    }
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
      this.#extension.begin();
      this.#lastByte = 0;
    }
    return position;
  }

  /**
   * The rest of the line: blanks that some servers pad with, an extension, and the end of the line.
   */
  #readChunkExtension(bytes: Buffer, at: number): number {
    for (let position = at; position < bytes.length; position++) {
      const byte = bytes[position] as number;
      if (byte === LF) {
        if (this.#lastByte !== CR || !this.#extension.certain) this.#certain = false;
        this.#step = this.#bytesLeft === 0 ? 'trailers' : 'chunk';
        this.#trailers.begin();
        return position + 1;
      }
      if (this.#lastByte === CR) this.#noted('control character in a chunk extension');
      this.#lastByte = byte;
      if (byte === CR) continue;
      const fault = this.#extension.read(byte);
      if (fault !== undefined) this.#noted(fault);
    }
    return bytes.length;
  }

  #readAfterChunk(bytes: Buffer, at: number): number {
    const byte = bytes[at] as number;
    if (byte === LF) {
      // The CR may have been counted as the last byte of the chunk.
      if (this.#lastByte !== CR) this.#noted('no CR after a chunk');
      this.#beginChunk();
    } else if (byte !== CR) throw new MalformedAnswer('chunk longer than its size');
    else if (this.#lastByte === CR) this.#noted('more than one CR after a chunk');
    this.#lastByte = byte;
    return at + 1;
  }

  /** Trailers are skipped; they end with an empty line. */
  #readTrailers(bytes: Buffer, at: number): number {
    const end = this.#trailers.read(bytes, at);
    if (this.#trailers.fault !== undefined) this.#noted(this.#trailers.fault);
    if (!this.#trailers.certain) this.#certain = false;
    if (end < 0) return bytes.length;
    this.#step = 'ended';
    return end;
  }

  #noted(fault: string): void {
    this.#fault ??= fault;
  }
}

/** The framing of a body exceeds the limits. */
export class AnswerTooLong extends Error {
  constructor(what: string) {
    super(`answer cut off: it ${what}, framing included`);
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** The end of the line, an extension, or the blanks that some servers pad with. */
function mayFollowChunkSize(byte: number): boolean {
  return byte === CR || byte === LF || byte === SEMICOLON || byte === 32 || byte === 9;
}
