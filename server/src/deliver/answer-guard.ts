import type { Socket } from 'node:net';

/**
 * What may come before the body: interim answers and the head. undici's own limit (16 KiB) counts names
 * and values only, so that empty lines, reason phrases and 1xx answers without end would pass it.
 */
const HEAD_BYTES = 20 * 1024;

/**
 * What may come of one answer with all that frames it. A body of 1 MiB in pieces of one byte takes
 * 6 MiB; chunk extensions without end are no body, and would be read until the time limit.
 */
const ANSWER_BYTES = 8 * 1024 * 1024;

/** The shortest beginning that tells an interim answer from others: "HTTP/1.1 103". */
const TELLING_BYTES = 12;

/** Told what was too long; the connection is of no use after it. */
type TooLong = (part: 'head' | 'answer', maxBytes: number) => void;

const guards = new WeakMap<Socket, AnswerGuard>();

/**
 * Stands between a connection and undici's parser. It bounds the bytes of one answer, and takes interim
 * answers out: undici 7 closes the connection at a `100 Continue` that it did not ask for, which some
 * servers send to every POST, and which RFC 9110 (15.2) asks every client to put up with.
 */
export class AnswerGuard {
  readonly #socket: Socket;
  #tooLong: TooLong = () => undefined;
  /** `bytesRead` of the socket when the request began. */
  #from = 0;
  /** `start` until it is known that what comes is no interim answer. */
  #at: 'start' | 'head' | 'body' = 'body';
  /** The beginning of an interim answer whose end has not come. */
  #held: Buffer | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    // Before undici reads, and after it.
    socket.prependListener('readable', () => {
      if (this.#at === 'start') this.#skipInterim();
    });
    socket.on('readable', () => this.#check());
  }

  static of(socket: Socket): AnswerGuard {
    let guard = guards.get(socket);
    if (guard === undefined) {
      guard = new AnswerGuard(socket);
      guards.set(socket, guard);
    }
    return guard;
  }

  /** A request is about to be written; what comes from now on is its answer. */
  begin(tooLong: TooLong): void {
    this.#tooLong = tooLong;
    this.#from = this.#socket.bytesRead;
    this.#at = 'start';
    this.#held = undefined;
  }

  /** The head is complete. */
  headEnded(): void {
    this.#at = 'body';
  }

  #skipInterim(): void {
    const chunk: Buffer | null = this.#socket.read();
    if (chunk === null) return;
    let bytes = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = undefined;
    while (bytes.length > 0) {
      const length = interimLength(bytes);
      if (length === 'none') {
        this.#at = 'head';
        this.#socket.unshift(bytes);
        return;
      }
      if (length === 'open') {
        this.#held = bytes;
        return;
      }
      bytes = bytes.subarray(length);
    }
  }

  #check(): void {
    const came = this.#socket.bytesRead - this.#from;
    if (this.#at !== 'body') {
      if (came > HEAD_BYTES) this.#tooLong('head', HEAD_BYTES);
    } else if (came > ANSWER_BYTES) {
      this.#tooLong('answer', ANSWER_BYTES);
    }
  }
}

/** How long the interim answer is with which the bytes begin; `open` while that cannot be told. */
function interimLength(bytes: Buffer): number | 'open' | 'none' {
  const beginning = bytes.toString('latin1', 0, TELLING_BYTES);
  if (beginning.length < TELLING_BYTES) {
    const interim = /^HTTP\/1\.[01] 1/.test(
      beginning.padEnd(10, 'HTTP/1.1 1'.slice(beginning.length)),
    );
    return interim ? 'open' : 'none';
  }
  // 101 is no interim answer but the last word in HTTP.
  if (!/^HTTP\/1\.[01] 1(?!01)\d\d$/.test(beginning)) return 'none';
  const end = bytes.indexOf('\r\n\r\n');
  return end < 0 ? 'open' : end + 4;
}
