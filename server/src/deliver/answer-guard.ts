import type { Socket } from 'node:net';

/**
 * What may come before the body: interim answers and the head. undici's own limit (16 KiB) counts names
 * and values only, so that empty lines, reason phrases and 1xx answers without end would pass it.
 */
const HEAD_BYTES = 20 * 1024;

/**
 * What may come of one answer with all that frames it. What is read of a body, 1 MiB in 16,384 pieces,
 * takes less; chunk extensions without end are no body, and would be read until the time limit.
 */
const ANSWER_BYTES = 2 * 1024 * 1024;

/** The shortest beginning that tells what an answer is: "HTTP/1.1 103". */
const TELLING_BYTES = 12;

/** Told what is wrong with the answer; the connection is of no use after it. */
type Refuse = (failure: 'failed' | undefined, message: string) => void;

const NOBODY: Refuse = () => undefined;

const guards = new WeakMap<Socket, AnswerGuard>();

/**
 * Stands between a connection and undici's parser, where it does four things:
 *
 * - It bounds the bytes of one answer.
 * - It keeps a head back until it is whole. The parser makes two objects of each header, so that an
 *   endpoint which stops in its head would cost fifty times what it sent for as long as it is waited for.
 * - It takes interim answers out. undici 7 closes the connection at a `100 Continue` that it did not ask
 *   for, which some servers send to every POST and RFC 9110 (15.2) asks every client to put up with.
 * - It refuses 101, for no request asks for another protocol. At one that names none, undici 7 fails in an
 *   assertion of its own.
 */
export class AnswerGuard {
  readonly #socket: Socket;
  #refuse: Refuse = NOBODY;
  /** `bytesRead` of the socket when the request began. */
  #from = 0;
  /** `start` until the parser has got something of the answer. */
  #at: 'start' | 'head' | 'body' = 'body';
  /** The beginning of a head whose end has not come. */
  #held: Buffer | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    // Before undici reads, and after it.
    socket.prependListener('readable', () => {
      if (this.#at === 'start') this.#gather();
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
  begin(refuse: Refuse): void {
    this.#refuse = refuse;
    this.#from = this.#socket.bytesRead;
    this.#at = 'start';
    this.#held = undefined;
  }

  /** The parser has read the head. */
  headEnded(): void {
    this.#at = 'body';
  }

  /** The exchange has ended. An idle connection must not hold on to it and its bodies. */
  end(): void {
    this.#refuse = NOBODY;
    this.#held = undefined;
  }

  #gather(): void {
    const chunk: Buffer | null = this.#socket.read();
    if (chunk === null) return;
    let bytes = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = undefined;
    while (bytes.length > 0) {
      const next = beginningOf(bytes);
      if (next === 'part of a head') {
        this.#held = bytes;
        return;
      }
      if (next === "the parser's") {
        this.#at = 'head';
        this.#socket.unshift(bytes);
        return;
      }
      if (next === 'another protocol') {
        this.#refuse('failed', 'malformed answer: 101 Switching Protocols, which nobody asked for');
        return;
      }
      bytes = bytes.subarray(next.interimBytes);
    }
  }

  #check(): void {
    const came = this.#socket.bytesRead - this.#from;
    if (this.#at !== 'body') {
      if (came > HEAD_BYTES) {
        this.#refuse('failed', `malformed answer: head longer than ${HEAD_BYTES} bytes`);
      }
    } else if (came > ANSWER_BYTES) {
      this.#refuse(undefined, `answer cut off: it takes more than ${ANSWER_BYTES} bytes`);
    }
  }
}

/** What the bytes begin with. What is no HTTP/1 is the parser's, to be judged at once. */
function beginningOf(
  bytes: Buffer,
): 'part of a head' | "the parser's" | 'another protocol' | { readonly interimBytes: number } {
  const beginning = bytes.toString('latin1', 0, TELLING_BYTES);
  const whole = beginning + 'HTTP/1.1 200'.slice(beginning.length);
  if (!/^HTTP\/1\.[01] \d{3}$/.test(whole)) return "the parser's";
  const end = endOfHead(bytes);
  if (end < 0) return 'part of a head';
  // 101 is no interim answer but the last word in HTTP.
  if (whole.endsWith(' 101')) return 'another protocol';
  return /1\d\d$/.test(whole) ? { interimBytes: end } : "the parser's";
}

/** Where the empty line ends, with the line ends of the careless too. */
function endOfHead(bytes: Buffer): number {
  const right = bytes.indexOf('\n\r\n');
  const careless = (right < 0 ? bytes : bytes.subarray(0, right)).indexOf('\n\n');
  if (careless >= 0) return careless + 2;
  return right < 0 ? -1 : right + 3;
}
