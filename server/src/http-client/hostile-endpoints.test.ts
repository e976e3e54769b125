import { setImmediate as nextTurn } from 'node:timers/promises';
import { eventually } from '@hooktrail/harness/eventually';
import { type RawReceiver, startRawReceiver } from '@hooktrail/harness/raw-receiver';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createAddressRules } from '../addresses/address-rules.ts';
import { HOSTILE_ENDPOINTS } from '../testing/hostile-endpoints.ts';
import { createHttpClient } from './create-http-client.ts';
import type { HttpExchange } from './http-exchange.ts';
import type { HttpRequest } from './http-request.ts';

/** The others must end by themselves, on any busy machine. */
const LIMIT_MS = 60_000;

const receivers: RawReceiver[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const receiver of receivers.splice(0)) await receiver.close();
});

/** 1 MiB: more than the buffers between two sockets hold at first. */
function requestTo(origin: string, path = '/hook'): HttpRequest {
  return {
    origin,
    path,
    method: 'POST',
    headers: ['Content-Type', 'application/json'],
    body: Buffer.alloc(1024 * 1024, ' '),
  };
}

describe('an endpoint that', () => {
  it.each(HOSTILE_ENDPOINTS)('$what', async (endpoint) => {
    const receiver = await startRawReceiver(endpoint.script, { deaf: endpoint.deaf ?? false });
    receivers.push(receiver);
    const origin = endpoint.tls ? receiver.url.replace('http:', 'https:') : receiver.url;
    // The limit is the only timer of an exchange. It strikes when the test says so.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const client = createHttpClient(createAddressRules(['127.0.0.0/8']));
    let ended = false;
    const sent = new Promise<HttpExchange>((resolve) => {
      client.send(requestTo(origin), LIMIT_MS, 0, (exchange) => {
        ended = true;
        resolve(exchange);
      });
    });
    if (endpoint.lasts) {
      const reads = !endpoint.deaf && !endpoint.tls;
      await eventually('the endpoint', () =>
        reads ? receiver.requests.length === 1 : receiver.connections.made === 1,
      );
      vi.advanceTimersByTime(LIMIT_MS / 2);
      if (endpoint.what.startsWith('drips')) {
        const before = receiver.bytesWritten;
        await eventually('its drops', () => receiver.bytesWritten > before + 2);
      }
      // What was written to loopback can be read in the next turn.
      for (let turn = 0; turn < 100; turn++) await nextTurn();
      vi.advanceTimersByTime(LIMIT_MS / 2 - 1);
      await nextTurn();
      expect(ended).toBe(false);
      vi.advanceTimersByTime(1);
      // The next exchange that is given up may be so at once.
      vi.advanceTimersByTime(1_000);
    }
    const exchange = await sent;

    const { status, errorMessage, response } = exchange;
    expect({ status, statusCode: response?.statusCode, errorMessage }).toEqual({
      status: endpoint.status,
      statusCode: endpoint.statusCode,
      errorMessage: endpoint.errorMessage && expect.stringMatching(endpoint.errorMessage),
    });
    expect(exchange.errorClass).toBe(/^(.+?): /.exec(errorMessage ?? '')?.[1]);
    expect(response?.headers.length ?? 0).toBeLessThanOrEqual(2 * 500);
    expect(response?.body.length ?? 0).toBeLessThanOrEqual(64 * 1024);

    // One exchange is one connection and one request: no redirect, repeat or second dial.
    client.stop();
    // A receiver that reads nothing does not see the end.
    if (!endpoint.deaf) {
      await eventually('the end of the connection', () => receiver.connections.open === 0);
    }
    expect(receiver.connections.made).toBe(1);
    expect(receiver.requests.length).toBeLessThanOrEqual(1);
  });
});
