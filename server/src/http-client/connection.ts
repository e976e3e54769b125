import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { AnswerHead } from './answer-head.ts';
import { type AnswerListener, AnswerReader } from './answer-reader.ts';

/** Up to this size a body is copied behind its head: writing one buffer is cheaper than two. */
const COPIED_BYTES = 16 * 1024;

/** The server ended the connection, and not where an answer may end. */
class ConnectionClosed extends Error {
  readonly code: string = 'CONNECTION_CLOSED';
}

/**
 * A kept connection ended before any byte of an answer. Most likely the server had closed it while
 * it was idle, and the request met its end on the way: we chose that connection, so it is our
 * fault.
 */
class StaleConnection extends ConnectionClosed {
  override readonly code = 'STALE_CONNECTION';

  constructor(cause: Error) {
    super('a kept connection was closed before any byte of an answer', { cause });
  }
}

/** How the end of a connection shows when bytes are on their way. */
const ENDS = new Set<unknown>(['CONNECTION_CLOSED', 'ECONNRESET', 'EPIPE']);

/**
 * Opens a socket that passes what it receives to `read`: a view of a buffer that is overwritten
 * later.
 */
export type Open = (read: (bytes: Buffer) => void) => Socket;

/** Receives what happens to an exchange on a connection. */
export interface ConnectionListener extends AnswerListener {
  /** The answer is complete; `fault` is what was wrong after its head. */
  onEnd(fault: string | undefined): void;
  onError(error: Error): void;
}

/**
 * One connection, which carries one exchange after the other:
 *
 * connecting -> busy with an exchange <-> free -> closed
 *
 * It closes from any state: by either side, by any error, or after an answer that makes it
 * unusable.
 */
export class Connection implements AnswerListener {
  readonly origin: string;
  readonly #socket: Socket;
  readonly #onFree: (connection: Connection) => void;
  readonly #reader = new AnswerReader(this);
  #exchange: ConnectionListener | undefined;
  #connected = false;
  /** Sent as soon as the connection is established. */
  #unsent: { readonly head: string; readonly body: Buffer | undefined } | undefined;
  #keepMs = 0;
  /** It has carried a request before. */
  #kept = false;
  /** Something arrived since the request was sent. */
  #answering = false;

  constructor(
    origin: string,
    open: Open,
    onFree: (connection: Connection) => void,
    onClose: (connection: Connection) => void,
  ) {
    this.origin = origin;
    this.#onFree = onFree;
    this.#socket = open((bytes) => this.#read(bytes));
    this.#socket
      // Nothing is written before the certificate is verified.
      .once(this.#socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => this.#opened())
      .on('error', (error) => this.fail(error))
      .on('end', () => this.#ended())
      .on('close', () => {
        this.fail(new ConnectionClosed('closed before the answer was complete'));
        onClose(this);
      });
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  /** How long it may stay free after the last answer, in milliseconds. */
  get keepMs(): number {
    return this.#keepMs;
  }

  send(head: string, body: Buffer | undefined, exchange: ConnectionListener): void {
    this.#exchange = exchange;
    this.#answering = false;
    this.#reader.begin();
    if (this.#connected) this.#write(head, body);
    else this.#unsent = { head, body };
  }

  /** Closes the connection and ends its exchange with an error. */
  fail(error: Error): void {
    const exchange = this.#exchange;
    this.close();
    const stale = this.#kept && !this.#answering && ENDS.has((error as { code?: unknown }).code);
    exchange?.onError(stale ? new StaleConnection(error) : error);
  }

  /** Closes the connection without notifying its exchange. */
  close(): void {
    this.#exchange = undefined;
    this.#unsent = undefined;
    // If the request was not read completely, the kernel would keep the rest and offer it for
    // minutes. (A TLS connection cannot be reset from here.)
    if (this.#socket.writableLength > 0 && !(this.#socket instanceof TLSSocket)) {
      this.#socket.resetAndDestroy();
    } else this.#socket.destroy();
  }

  onHead(head: AnswerHead): void {
    this.#keepMs = head.keepMs;
    this.#exchange?.onHead(head);
  }

  onBody(bytes: Buffer): void {
    this.#exchange?.onBody(bytes);
  }

  #opened(): void {
    this.#connected = true;
    const unsent = this.#unsent;
    this.#unsent = undefined;
    if (unsent !== undefined) this.#write(unsent.head, unsent.body);
  }

  #write(head: string, body: Buffer | undefined): void {
    const socket = this.#socket;
    if (body === undefined) {
      socket.write(head, 'latin1');
    } else if (body.length <= COPIED_BYTES) {
      const bytes = Buffer.allocUnsafe(head.length + body.length);
      bytes.write(head, 'latin1');
      body.copy(bytes, head.length);
      socket.write(bytes);
    } else {
      socket.cork();
      socket.write(head, 'latin1');
      socket.write(body);
      socket.uncork();
    }
  }

  #read(bytes: Buffer): void {
    // Bytes without a request in flight answer nothing.
    if (this.#exchange === undefined) {
      this.close();
      return;
    }
    this.#answering = true;
    try {
      const read = this.#reader.read(bytes);
      // The exchange may have reached its limit and closed the connection.
      if (this.#exchange !== undefined && this.#reader.ended) this.#answered(read === bytes.length);
    } catch (error) {
      this.fail(error as Error);
    }
  }

  #ended(): void {
    if (this.#exchange !== undefined && this.#reader.endOfConnection()) this.#answered(false);
    else this.fail(new ConnectionClosed('closed by the endpoint before the answer was complete'));
  }

  /** The answer is complete. An unread rest of the request would precede the next request. */
  #answered(usable: boolean): void {
    const exchange = this.#exchange;
    const { certain, fault } = this.#reader;
    if (usable && certain && this.#keepMs > 0 && this.#socket.writableLength === 0) {
      this.#exchange = undefined;
      this.#kept = true;
      this.#onFree(this);
    } else this.close();
    exchange?.onEnd(fault);
  }
}
