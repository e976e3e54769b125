import type { AddressRules } from '../addresses/address-rules.ts';
import { createNameResolver } from '../addresses/create-name-resolver.ts';
import { createDial } from '../addresses/dial.ts';
import type { EgressProxy } from '../model/egress-proxy.ts';
import { ConnectionPool, type OnSecured } from './connection-pool.ts';
import { ExchangeHandler } from './exchange-handler.ts';
import type { HttpExchange } from './http-exchange.ts';
import type { HttpRequest } from './http-request.ts';
import { requestHead } from './request-head.ts';

export interface HttpClient {
  /**
   * Sends one request and calls `onEnd` exactly once, whatever happens. It never throws. A callback
   * instead of a promise, so the caller can make the only promise of a delivery.
   *
   * @param startedAtMs When it is sent, in milliseconds since 1970; returned with the exchange.
   */
  send(
    request: HttpRequest,
    timeLimitMs: number,
    startedAtMs: number,
    onEnd: (exchange: HttpExchange) => void,
  ): void;
  /** Closes all connections. */
  stop(): void;
}

/**
 * Sends over kept-alive connections, one pool per origin and client
 * certificate, one request at a time on each. Redirects are
 * answers and never followed. Why it is our own client: docs/decisions/http-client.md.
 *
 * @param mostOpen Connections that may be open; those without a request are closed beyond it.
 * @param proxy Where requests go through.
 * @param onSecured Told of each connection that is secured for a request with an owner.
 */
export function createHttpClient(
  rules: AddressRules,
  resolve = createNameResolver({ servers: [] }),
  mostOpen = Number.POSITIVE_INFINITY,
  proxy?: EgressProxy,
  onSecured?: OnSecured,
): HttpClient {
  const pool = new ConnectionPool(createDial(rules, resolve, proxy), mostOpen, onSecured);
  return {
    send(request, timeLimitMs, startedAtMs, onEnd) {
      const exchange = new ExchangeHandler(timeLimitMs, startedAtMs, onEnd, request.mayBegin);
      try {
        const head = requestHead(request, pool.hostOf(request));
        const connection = pool.connectionTo(request);
        exchange.begin(connection);
        connection.send(head, request.body, exchange);
      } catch (error) {
        exchange.onError(error as Error);
      }
    },
    stop: () => pool.stop(),
  };
}
