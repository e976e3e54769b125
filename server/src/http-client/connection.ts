import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { AnswerHead } from './answer-head.ts';
import { type AnswerListener, AnswerReader } from './answer-reader.ts';
import type { ExchangeHandler } from './exchange-handler.ts';

/** Up to this size a body is copied behind its head: one buffer is written with less work than two. */
const COPIED_BYTES = 16 * 1024;

/** The other side ended the connection, and not where an answer may end. */
class ConnectionClosed extends Error {
  readonly code = 'CONNECTION_CLOSED';
}

/** Makes a socket, which hands what comes to a function: a view of bytes that are overwritten after. */
export type Open = (read: (bytes: Buffer) => void) => Socket;

/**
 * One connection, for one exchange after the other. It is being made, busy with an exchange, free, or
 * closed: by either side, by any error, or after an answer that leaves it of no use.
 */
export class Connection implements AnswerListener {
  readonly origin: string;
  readonly #socket: Socket;
  readonly #onFree: (connection: Connection) => void;
  readonly #reader = new AnswerReader(this);
  #exchange: ExchangeHandler | undefined;
  #made = false;
  /** What is to be sent as soon as the connection is made. */
  #unsent: { readonly head: string; readonly body: Buffer | undefined } | undefined;
  #keepMs = 0;

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
      // Nothing is written before the certificate was found right.
      .once(this.#socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => this.#opened())
      .on('error', (error) => this.fail(error))
      .on('end', () => this.#ended())
      .on('close', () => {
        this.fail(new ConnectionClosed('it was closed'));
        onClose(this);
      });
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  /** How long it may stay free, in milliseconds, by the last answer. */
  get keepMs(): number {
    return this.#keepMs;
  }

  send(head: string, body: Buffer | undefined, exchange: ExchangeHandler): void {
    this.#exchange = exchange;
    this.#reader.begin();
    if (this.#made) this.#write(head, body);
    else this.#unsent = { head, body };
  }

  /** Closes the connection and ends its exchange with an error. */
  fail(error: Error): void {
    const exchange = this.#exchange;
    this.close();
    exchange?.onError(error);
  }

  /** Closes the connection, whatever is under way on it; its exchange is told nothing. */
  close(): void {
    this.#exchange = undefined;
    this.#unsent = undefined;
    // Where the request was not read whole, the kernel would keep what is left of it and go on offering
    // it for minutes. (A connection with TLS cannot be reset from here.)
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
    this.#made = true;
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
    // Whatever comes while nothing was asked for is the answer to nothing.
    if (this.#exchange === undefined) {
      this.close();
      return;
    }
    try {
      const read = this.#reader.read(bytes);
      // The exchange may have had enough of the answer and closed the connection.
      if (this.#exchange !== undefined && this.#reader.ended) this.#answered(read === bytes.length);
    } catch (error) {
      this.fail(error as Error);
    }
  }

  #ended(): void {
    if (this.#exchange !== undefined && this.#reader.endOfConnection()) this.#answered(false);
    else this.fail(new ConnectionClosed('the other side closed it'));
  }

  /** The answer is whole. What was answered before it was read would stand before the next request. */
  #answered(usable: boolean): void {
    const exchange = this.#exchange;
    if (usable && this.#keepMs > 0 && this.#socket.writableLength === 0) {
      this.#exchange = undefined;
      this.#onFree(this);
    } else this.close();
    exchange?.onEnd();
  }
}
