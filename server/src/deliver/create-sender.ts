import { Agent, type Dispatcher } from 'undici';
import type { AttemptStatus } from '../delivery-status.ts';
import type { AddressRules } from './address-rules.ts';
import { classifyError } from './classify-error.ts';
import type { OutboundRequest } from './compose-request.ts';
import { createNameResolver } from './create-name-resolver.ts';
import { createDial } from './dial.ts';
import type { Exchange, ReceivedResponse } from './exchange.ts';
import { ResponseBody } from './response-body.ts';

export interface Sender {
  /** Sends one request and tells what happened; never rejects. */
  send(request: OutboundRequest, timeLimitMs: number, nowMs: number): Promise<Exchange>;
  /** Closes idle connections and waits for none. */
  stop(): Promise<void>;
}

/** Sends over kept-alive connections, one pool per origin. Redirects are answers, never followed. */
export function createSender(
  rules: AddressRules,
  longestTimeLimitMs: number,
  resolve = createNameResolver({ servers: [] }),
): Sender {
  const agent = new Agent({
    connect: createDial(rules, resolve, longestTimeLimitMs),
    // One limit for the whole request is kept here; undici's two would only add timers.
    headersTimeout: 0,
    bodyTimeout: 0,
    pipelining: 1,
  });
  return {
    send: (request, timeLimitMs, nowMs) =>
      new Promise((resolve) => {
        const handler = new ExchangeHandler(request, timeLimitMs, nowMs, resolve);
        const { origin, path, method, headers, body } = request;
        try {
          agent.dispatch(
            {
              origin,
              path,
              method: method as Dispatcher.HttpMethod,
              headers: headers as string[],
              body: body ?? null,
            },
            handler,
          );
        } catch (error) {
          // undici refuses what cannot be a request, such as an impossible path or header.
          handler.onResponseError(undefined, error as Error);
        }
      }),
    stop: () => agent.destroy(),
  };
}

/**
 * Follows one request. It ends exactly once, by the first of: the last byte, an error, the time
 * limit, or the limit of what is read of a body. What comes later finds it ended.
 */
class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #request: OutboundRequest;
  readonly #startedAtMs: number;
  readonly #started = performance.now();
  readonly #resolve: (exchange: Exchange) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #body = new ResponseBody();
  #controller: Dispatcher.DispatchController | undefined;
  #statusCode: number | undefined;
  #headers: readonly string[] = [];
  #ended = false;

  constructor(
    request: OutboundRequest,
    timeLimitMs: number,
    nowMs: number,
    resolve: (exchange: Exchange) => void,
  ) {
    this.#request = request;
    this.#startedAtMs = nowMs;
    this.#resolve = resolve;
    this.#timer = setTimeout(() => {
      const what = this.#statusCode === undefined ? 'no answer' : 'no end of the answer';
      this.#end('timeout', `timeout: ${what} within ${timeLimitMs} ms`);
      this.#abort();
    }, timeLimitMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#ended) this.#abort();
  }

  onResponseStart(controller: Dispatcher.DispatchController, statusCode: number): void {
    if (statusCode < 200) return; // 1xx comes before the answer
    this.#statusCode = statusCode;
    const raw = (controller.rawHeaders ?? []) as readonly (Buffer | string)[];
    this.#headers = raw.map((part) => (typeof part === 'string' ? part : part.toString('latin1')));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#body.add(chunk)) return;
    this.#end(undefined, this.#body.cutOff);
    this.#abort();
  }

  onResponseEnd(): void {
    this.#end(undefined, undefined);
  }

  onResponseError(_controller: unknown, error: Error): void {
    const { status, message } = classifyError(error);
    this.#end(status, message);
  }

  #abort(): void {
    this.#controller?.abort(new Error('the exchange has ended'));
  }

  #end(failure: 'failed' | 'timeout' | undefined, errorMessage: string | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
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

/** Contract §6; a redirect is an answer that did not take the event. */
function statusOf(statusCode: number): AttemptStatus {
  if (statusCode >= 200 && statusCode < 300) return 'success';
  if (statusCode >= 400 && statusCode < 500) return 'client error';
  if (statusCode >= 500 && statusCode < 600) return 'server error';
  return 'failed';
}
