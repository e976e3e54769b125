import type { AddressRules } from '../addresses/address-rules.ts';
import { createNameResolver } from '../addresses/create-name-resolver.ts';
import { createDial } from '../addresses/dial.ts';
import type { OutboundRequest } from '../deliver/request/compose-request.ts';
import { ConnectionPool } from './connection-pool.ts';
import type { Exchange } from './exchange.ts';
import { ExchangeHandler } from './exchange-handler.ts';
import { requestHead } from './request-head.ts';

export interface Sender {
  /** Sends one request and tells what happened; never rejects. */
  send(request: OutboundRequest, timeLimitMs: number, nowMs: number): Promise<Exchange>;
  /** Closes all connections. */
  stop(): void;
}

/**
 * Sends over kept-alive connections, one pool per origin, one request at a time on each. Redirects are
 * answers, never followed. Why it is our own client: docs/decisions/http-client.md.
 */
export function createSender(
  rules: AddressRules,
  resolve = createNameResolver({ servers: [] }),
): Sender {
  const pool = new ConnectionPool(createDial(rules, resolve));
  return {
    send: (request, timeLimitMs, nowMs) =>
      new Promise((resolve) => {
        const exchange = new ExchangeHandler(request, timeLimitMs, nowMs, resolve);
        try {
          const head = requestHead(request, pool.hostOf(request.origin));
          const connection = pool.connectionTo(request.origin);
          exchange.begin(connection);
          connection.send(head, request.body, exchange);
        } catch (error) {
          exchange.onError(error as Error);
        }
      }),
    stop: () => pool.stop(),
  };
}
