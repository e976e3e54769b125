import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Dispatcher } from 'undici';
import type { AttemptStatus } from '../delivery-status.ts';
import { AnswerGuard } from './answer-guard.ts';
import { classifyError } from './classify-error.ts';
import type { OutboundRequest } from './compose-request.ts';
import type { Exchange, ReceivedResponse } from './exchange.ts';
import { inTurns } from './in-turns.ts';
import { ResponseBody } from './response-body.ts';

/** What the trail keeps of headers. 16 KiB, which is what undici takes, can be 16,000 of them. */
const KEPT_HEADERS = 500;

/**
 * What began together is given up together: where an endpoint hangs, all its requests in the same
 * millisecond, again and again, and half a millisecond each. Its neighbours are not made to wait for all.
 */
const giveUp = inTurns(4);

/**
 * Follows one request. It ends exactly once, by the first of: the last byte, an error, the time
 * limit, or the limit of what is read of an answer. What comes later finds it ended.
 */
export class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #request: OutboundRequest;
  readonly #startedAtMs: number;
  readonly #started = performance.now();
  readonly #resolve: (exchange: Exchange) => void;
  readonly #onStart: (handler: ExchangeHandler) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #body = new ResponseBody();
  #controller: Dispatcher.DispatchController | undefined;
  #socket: Socket | undefined;
  #guard: AnswerGuard | undefined;
  #statusCode: number | undefined;
  #headers: readonly string[] = [];
  #cutOff: string | undefined;
  #ended = false;

  constructor(
    request: OutboundRequest,
    timeLimitMs: number,
    nowMs: number,
    onStart: (handler: ExchangeHandler) => void,
    resolve: (exchange: Exchange) => void,
  ) {
    this.#request = request;
    this.#startedAtMs = nowMs;
    this.#onStart = onStart;
    this.#resolve = resolve;
    this.#timer = setTimeout(() => giveUp(() => this.#giveUp(timeLimitMs)), timeLimitMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#ended) this.#abort();
    else this.#onStart(this);
  }

  /** The request is about to be written to this connection. */
  attach(socket: Socket): void {
    this.#socket = socket;
    this.#guard = AnswerGuard.of(socket);
    this.#guard.begin((failure, message) => {
      this.#end(failure, message);
      this.#abort();
    });
  }

  onResponseStart(controller: Dispatcher.DispatchController, statusCode: number): void {
    if (statusCode < 200) return; // 1xx comes before the answer
    this.#guard?.headEnded();
    this.#statusCode = statusCode;
    const raw = (controller.rawHeaders ?? []) as readonly (Buffer | string)[];
    // undici would keep them until the end of the answer, each with the buffer it is a view of.
    (controller as { rawHeaders: unknown }).rawHeaders = null;
    const count = raw.length / 2;
    if (count > KEPT_HEADERS) {
      this.#cutOff = `answer cut off: only ${KEPT_HEADERS} of its ${count} headers are kept`;
    }
    this.#headers = raw
      .slice(0, 2 * KEPT_HEADERS)
      .map((part) => (typeof part === 'string' ? part : part.toString('latin1')));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#body.add(chunk)) return;
    this.#end(undefined, this.#body.cutOff);
    this.#abort();
  }

  onResponseEnd(): void {
    this.#end(undefined, this.#cutOff);
    // Answered before the request was read: what is left of it would stand before the next one.
    if (this.#socket !== undefined && this.#socket.writableLength > 0) this.#abort();
  }

  onResponseError(_controller: unknown, error: Error): void {
    const { status, message } = classifyError(error);
    this.#end(status, message);
  }

  #giveUp(timeLimitMs: number): void {
    if (this.#ended) return;
    const what = this.#statusCode === undefined ? 'no answer' : 'no end of the answer';
    this.#end('timeout', `timeout: ${what} within ${timeLimitMs} ms`);
    this.#abort();
  }

  /**
   * Closes the connection. undici's own abort puts the request back into its queue and makes a new
   * connection for it before it sees that nobody wants it any more (nodejs/undici#5845): each
   * exchange that an endpoint made us end would cost another connection.
   */
  #abort(): void {
    const socket = this.#socket;
    if (socket === undefined) {
      this.#controller?.abort(new Error('the exchange has ended'));
      return;
    }
    // Where the request was not read whole, the kernel would keep what is left of it and go on offering
    // it for minutes. (A connection with TLS cannot be reset from here.)
    if (socket.writableLength > 0 && !(socket instanceof TLSSocket)) socket.resetAndDestroy();
    socket.destroy(new ExchangeEnded());
  }

  #end(failure: 'failed' | 'timeout' | undefined, errorMessage: string | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#guard?.end();
    const response = this.#response();
    const statusCode = response?.statusCode ?? 0;
    const redirect = statusCode >= 300 && statusCode < 400;
    this.#resolve({
      status: failure ?? statusOf(statusCode),
      startedAtMs: this.#startedAtMs,
      durationMs: Math.round(performance.now() - this.#started),
      requestHeaders: this.#request.loggedHeaders,
      response,
      errorMessage: errorMessage ?? (redirect ? 'redirect: not followed' : undefined),
    });
  }

  #response(): ReceivedResponse | undefined {
    if (this.#statusCode === undefined) return undefined;
    return {
      statusCode: this.#statusCode,
      headers: this.#headers,
      body: this.#body.text(),
      length: this.#body.length,
    };
  }
}

/** Why a connection was closed. With this code undici blames no request that waits for another one. */
class ExchangeEnded extends Error {
  readonly code = 'UND_ERR_SOCKET';
  constructor() {
    super('the exchange has ended');
  }
}

/** Contract §6; a redirect is an answer that did not take the event. */
function statusOf(statusCode: number): AttemptStatus {
  if (statusCode >= 200 && statusCode < 300) return 'success';
  if (statusCode >= 400 && statusCode < 500) return 'client error';
  if (statusCode >= 500 && statusCode < 600) return 'server error';
  return 'failed';
}
