import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Dialled } from '../addresses/dialled.ts';
import type { Tunnel } from '../addresses/tunnel.ts';
import type { Phase } from '../model/phases.ts';
import type { AnswerHead } from './answer-head.ts';
import { type AnswerListener, AnswerReader } from './answer-reader.ts';
import type { HttpRequest } from './http-request.ts';

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
export type Open = (read: (bytes: Buffer) => void) => Dialled;

/** The part of a request that another request must share to use the same connection. */
type OpenedFor = Pick<HttpRequest, 'identity' | 'origin'>;

/** Receives what happens to an exchange on a connection. */
export interface ConnectionListener extends AnswerListener {
  /** A phase of the exchange begins. */
  onPhase(phase: Phase): void;
  /** The connection is open. False: the exchange has ended, and nothing is written. */
  onOpen(): boolean;
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
  /** What it was opened for: requests to the same origin, with the same client certificate. */
  readonly opened: OpenedFor;
  #socket!: Socket;
  readonly #tunnel: Tunnel | undefined;
  readonly #looksUp: boolean;
  readonly #onFree: (connection: Connection) => void;
  readonly #onClose: (connection: Connection) => void;
  readonly #onSecured: ((socket: TLSSocket) => void) | undefined;
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
    opened: OpenedFor,
    open: Open,
    onFree: (connection: Connection) => void,
    onClose: (connection: Connection) => void,
    onSecured?: (socket: TLSSocket) => void,
  ) {
    this.opened = { origin: opened.origin, identity: opened.identity };
    this.#onFree = onFree;
    this.#onClose = onClose;
    this.#onSecured = onSecured;
    const dialled = open((bytes) => this.#read(bytes));
    this.#tunnel = dialled.tunnel;
    this.#looksUp = dialled.looksUp === true;
    this.#follow(dialled);
    this.#followPhases(dialled);
  }

  #followPhases({ socket, opens }: Dialled): void {
    if (this.#looksUp) {
      socket.once('lookup', (error: Error | null) => {
        if (error === null) this.#exchange?.onPhase('connect');
      });
    }
    if (opens === 'connect') return;
    socket.once('connect', () => this.#exchange?.onPhase(opens === 'tunnel' ? 'proxy' : 'tls'));
  }

  #follow({ socket, opens }: Dialled): void {
    this.#socket = socket;
    // A socket that another one goes through says nothing more that matters.
    const isOuter = () => this.#socket !== socket;
    socket
      // Nothing is written before the certificate is verified.
      .once(opens, (inside?: Dialled) => {
        if (inside === undefined) {
          this.#opened();
          // After the request is on its way: looking takes time.
          if (opens === 'secureConnect' && !socket.destroyed)
            this.#onSecured?.(socket as TLSSocket);
        } else {
          this.#exchange?.onPhase('tls');
          this.#follow(inside);
        }
      })
      .on('error', (error) => {
        if (!isOuter()) this.fail(this.#meaningOf(error));
      })
      .on('end', () => {
        if (!isOuter()) this.#ended();
      })
      .on('close', () => {
        if (isOuter()) return;
        const error = new ConnectionClosed('closed before the answer was complete');
        this.fail(this.#meaningOf(error));
        this.#onClose(this);
      });
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  /** Why it is not open yet at the end of the time, if that is a proxy's doing. */
  overdue(timeLimitMs: number): Error | undefined {
    return this.#tunnel?.overdue(timeLimitMs);
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
    else {
      exchange.onPhase(this.#looksUp ? 'dns' : 'connect');
      this.#unsent = { head, body };
    }
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

  /** What an error of the socket means for a request that is waiting on it. */
  #meaningOf(error: Error): Error {
    const meant = this.#tunnel?.explain(error) ?? error;
    const isClosed = ENDS.has((meant as { code?: unknown }).code);
    const isRefusal = isClosed && !this.#kept && !this.#answering;
    // Some servers, such as Node's, close instead of sending an alert. In TLS 1.3 they judge the
    // certificate when this side takes the handshake for complete.
    return isRefusal && this.opened.identity !== undefined
      ? new ConnectionClosed(
          'closed before any byte of an answer: the endpoint may not accept our client certificate',
          { cause: meant },
        )
      : meant;
  }

  #opened(): void {
    this.#connected = true;
    const unsent = this.#unsent;
    this.#unsent = undefined;
    if (unsent === undefined) return;
    if (this.#exchange?.onOpen() === true) this.#write(unsent.head, unsent.body);
    else this.close();
  }

  #write(head: string, body: Buffer | undefined): void {
    const socket = this.#socket;
    const exchange = this.#exchange;
    exchange?.onPhase('request');
    const written = (error?: Error | null): void => {
      if (error == null) exchange?.onPhase('first_byte');
    };
    if (body === undefined) {
      socket.write(head, 'latin1', written);
    } else if (body.length <= COPIED_BYTES) {
      const bytes = Buffer.allocUnsafe(head.length + body.length);
      bytes.write(head, 'latin1');
      body.copy(bytes, head.length);
      socket.write(bytes, written);
    } else {
      socket.cork();
      socket.write(head, 'latin1');
      socket.write(body, written);
      socket.uncork();
    }
  }

  #read(bytes: Buffer): void {
    // Bytes without a request in flight answer nothing.
    if (this.#exchange === undefined) {
      this.close();
      return;
    }
    if (!this.#answering) {
      this.#answering = true;
      // A server may answer before it has read the request.
      this.#exchange.onPhase('first_byte');
      this.#exchange.onPhase('body');
    }
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
    else {
      const error = new ConnectionClosed('closed by the endpoint before the answer was complete');
      this.fail(this.#meaningOf(error));
    }
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
