import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { Agent, type Dispatcher } from 'undici';
import type { AddressRules } from './address-rules.ts';
import type { OutboundRequest } from './compose-request.ts';
import { createNameResolver } from './create-name-resolver.ts';
import { createDial } from './dial.ts';
import type { Exchange } from './exchange.ts';
import { ExchangeHandler } from './exchange-handler.ts';

export interface Sender {
  /** Sends one request and tells what happened; never rejects. */
  send(request: OutboundRequest, timeLimitMs: number, nowMs: number): Promise<Exchange>;
  /** Closes idle connections and waits for none. */
  stop(): Promise<void>;
}

/** Told by undici when it is about to write a request. */
const SEND_HEADERS = 'undici:client:sendHeaders';

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

  // undici shows a handler no connection. It tells the handler of the start and this channel of the
  // connection in the same breath, so the one that started last is the one that is meant.
  let starting: ExchangeHandler | undefined;
  const onStart = (handler: ExchangeHandler) => {
    starting = handler;
  };
  const onSendHeaders = (message: unknown) => {
    starting?.attach((message as { socket: Socket }).socket);
    starting = undefined;
  };
  subscribe(SEND_HEADERS, onSendHeaders);

  return {
    send: (request, timeLimitMs, nowMs) =>
      new Promise((resolve) => {
        const handler = new ExchangeHandler(request, timeLimitMs, nowMs, onStart, resolve);
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
    async stop() {
      await agent.destroy();
      unsubscribe(SEND_HEADERS, onSendHeaders);
    },
  };
}
