import { eventually } from '@hooktrail/harness/eventually';
import { type RawReceiver, startRawReceiver } from '@hooktrail/harness/raw-receiver';
import { afterEach, describe, expect, it } from 'vitest';
import { createAddressRules } from '../addresses/address-rules.ts';
import { HOSTILE_ENDPOINTS } from '../testing/hostile-endpoints.ts';
import { createHttpClient } from './create-http-client.ts';
import type { HttpExchange } from './http-exchange.ts';
import type { HttpRequest } from './http-request.ts';

/**
 * For endpoints that last until the limit; the others must end by themselves on any busy machine.
 */
const SHORT_MS = 500;
const LONG_MS = 12_000;

const receivers: RawReceiver[] = [];
afterEach(async () => {
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
    const limitMs = endpoint.lasts ? SHORT_MS : LONG_MS;
    const client = createHttpClient(createAddressRules(['127.0.0.0/8']));
    const exchange = await new Promise<HttpExchange>((resolve) => {
      client.send(requestTo(origin), limitMs, 0, resolve);
    });

    const { status, errorMessage, response, durationMs } = exchange;
    expect({ status, statusCode: response?.statusCode, errorMessage }).toEqual({
      status: endpoint.status,
      statusCode: endpoint.statusCode,
      errorMessage: endpoint.errorMessage && expect.stringMatching(endpoint.errorMessage),
    });
    expect(exchange.errorClass).toBe(/^(.+?): /.exec(errorMessage ?? '')?.[1]);
    if (endpoint.lasts) {
      expect(durationMs).toBeGreaterThanOrEqual(SHORT_MS - 1);
      expect(durationMs).toBeLessThan(10 * SHORT_MS);
    }
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
