import { type AnswerHead, MalformedAnswer, readAnswerHead } from './answer-head.ts';

/** What is told of an answer as it comes. */
export interface AnswerListener {
  onHead(head: AnswerHead): void;
  /** A view of bytes that are overwritten afterwards. */
  onBody(bytes: Buffer): void;
}

/** What may come before the body, interim answers and empty lines with it; and after it, of trailers. */
const HEAD_BYTES = 20 * 1024;

/**
 * What may come of one answer with all that frames it. What is read of a body, 1 MiB in 16,384 pieces,
 * takes less; chunk extensions without end are no body, and would be read until the time limit.
 */
const ANSWER_BYTES = 2 * 1024 * 1024;

/** The shortest beginning that tells what an answer is: "HTTP/1.1 103". */
const TELLING = 'HTTP/1.1 200';

/** Hexadecimal, as many as a number holds without loss; zeros before them do not count. */
const CHUNK_DIGITS = 13;

const NOTHING = Buffer.alloc(0);

const CR = 13;
const LF = 10;

/**
 * Reads the answers of one connection, one after the other, from pieces of any size. A head is read once
 * it is whole: an endpoint that stops within it costs the bytes that it sent. Interim answers are taken
 * out: some servers send `100 Continue` to every POST, and RFC 9110 (15.2) asks every client to put up with it.
 *
 * The steps of an answer: `head`; then `sized`, or `unsized`, or for each chunk those from `chunk size` to
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
  /** The beginning of a head whose end has not come. */
  #held: Buffer = NOTHING;
  #headBytes = 0;
  #answerBytes = 0;
  /** Of the body, or of the chunk. */
  #bytesLeft = 0;
  #chunkDigits = 0;
  /** Whether the line of the trailers that is being read has anything in it. */
  #lineHasText = false;

  constructor(listener: AnswerListener) {
    this.#listener = listener;
  }

  /** A request is about to be sent: what comes from now on is its answer. */
  begin(): void {
    this.#step = 'head';
    this.#headBytes = 0;
    this.#answerBytes = 0;
  }

  /** Everything of the answer has come. */
  get ended(): boolean {
    return this.#step === 'ended';
  }

  /** Whether the answer was whole when the connection ended: some have no other end. */
  endOfConnection(): boolean {
    return this.#step === 'ended' || this.#step === 'unsized';
  }

  /**
   * Reads what has come, and returns how many bytes of it belong to the answer: fewer when it ended.
   *
   * @throws {MalformedAnswer} that says what is wrong.
   * @throws {AnswerTooLong} if framing without end was sent.
   */
  read(bytes: Buffer): number {
    let at = 0;
    while (at < bytes.length && this.#step !== 'ended') at = this.#readStep(bytes, at);
    this.#answerBytes += at;
    if (this.#step !== 'ended' && this.#answerBytes > ANSWER_BYTES) throw new AnswerTooLong();
    return at;
  }

  /** Reads what belongs to the present step, from a position on, and returns where it ended. */
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
    const start = afterEmptyLines(bytes);
    const beginning = bytes.toString('latin1', start, start + TELLING.length);
    if (!/^HTTP\/1\.[01] \d{3}$/.test(beginning + TELLING.slice(beginning.length))) {
      throw new MalformedAnswer(`not HTTP/1.1: ${JSON.stringify(bytes.toString('latin1', 0, 40))}`);
    }
    const end = endOfHead(bytes, start);
    if (end < 0) {
      this.#countHead(bytes.length);
      this.#headBytes -= bytes.length; // It is counted when it is whole.
      this.#held = Buffer.from(bytes);
      return piece.length;
    }
    this.#countHead(end);
    const head = readAnswerHead(bytes.toString('latin1', start, end));
    if (head.statusCode === 101) {
      throw new MalformedAnswer('101 Switching Protocols, which nobody asked for');
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
    this.#headBytes = 0; // What follows of them are trailers.
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
      if (this.#chunkDigits > CHUNK_DIGITS) throw new MalformedAnswer('a chunk beyond all lengths');
    }
    if (position < bytes.length) {
      if (this.#chunkDigits === 0) throw new MalformedAnswer('a chunk without a size');
      if (!mayFollowChunkSize(bytes[position] as number)) {
        throw new MalformedAnswer('a size of a chunk that is no number');
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
    else if (byte !== CR) throw new MalformedAnswer('a chunk is longer than its size says');
    return at + 1;
  }

  /** Trailers say nothing that is kept; they end with an empty line. */
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

/** What frames the body has no end. */
export class AnswerTooLong extends Error {
  constructor() {
    super(`answer cut off: it takes more than ${ANSWER_BYTES} bytes`);
  }
}

function afterEmptyLines(bytes: Buffer): number {
  let at = 0;
  while (bytes[at] === CR || bytes[at] === LF) at++;
  return at;
}

/** After the empty line, with the line ends of the careless too; -1 where it has not come. */
function endOfHead(bytes: Buffer, from: number): number {
  const right = bytes.indexOf('\n\r\n', from, 'latin1');
  const careless = (right < 0 ? bytes : bytes.subarray(0, right)).indexOf('\n\n', from, 'latin1');
  if (careless >= 0) return careless + 2;
  return right < 0 ? -1 : right + 3;
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** The end of the line, an extension, or the blanks that some servers fill up with. */
function mayFollowChunkSize(byte: number): boolean {
  return byte === CR || byte === LF || byte === 59 || byte === 32 || byte === 9;
}
