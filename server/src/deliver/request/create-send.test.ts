import { describe, expect, it } from 'vitest';
import type { HttpClient } from '../../http-client/create-http-client.ts';
import type { HttpExchange } from '../../http-client/http-exchange.ts';
import type { HttpRequest } from '../../http-client/http-request.ts';
import type { Target } from '../../model/webhook.ts';
import { createSend } from './create-send.ts';
import type { Delivery } from './delivery.ts';

const NOW_MS = 1_700_000_000_000;
const ENDED: HttpExchange = {
  status: 'client error',
  fault: 'endpoint',
  startedAtMs: NOW_MS,
  durationMs: 7,
  phases: undefined,
  response: { statusCode: 404, headers: ['X-A', '1'], body: 'no', length: 2 },
  errorClass: 'answer cut off',
  errorMessage: 'answer cut off: test',
};

function delivery(values: Partial<Target> = {}): Delivery {
  return {
    target: {
      endpoint: 'https://example.com/hook',
      httpMethod: 'POST',
      requestFormat: 'json',
      authentication: {
        type: 'bearer_token',
        data: { token: 'top-secret' },
        addPosition: 'header',
      },
      customHeaders: undefined,
      signingSecret: 'c2VjcmV0',
      previousSecret: undefined,
      signingKeys: undefined,
      clientCertificate: undefined,
      ...values,
    },
    accountId: 1,
    webhookId: 'webhook',
    invocationId: 'invocation',
    payload: '{}',
    nowMs: NOW_MS,
    timeLimitMs: 500,
    standardWebhooks: false,
  };
}

/** A client that answers at once. */
function scene() {
  const sent: { request: HttpRequest; timeLimitMs: number; startedAtMs: number }[] = [];
  const client: HttpClient = {
    send(request, timeLimitMs, startedAtMs, onEnd) {
      sent.push({ request, timeLimitMs, startedAtMs });
      onEnd(ENDED);
    },
    stop: () => undefined,
  };
  return { sent, send: createSend(client, (value) => `sealed ${value}`) };
}

describe('send', () => {
  it('resolves to what the client saw, with the headers that were sent', async () => {
    const { sent, send } = scene();
    const { requestHeaders, requestMethod, requestUrl, ...rest } = await send(delivery());
    expect([requestMethod, requestUrl]).toEqual([
      sent[0]?.request.method,
      delivery().target.endpoint,
    ]);
    expect(rest).toEqual(ENDED);
    expect(sent).toMatchObject([{ timeLimitMs: 500, startedAtMs: NOW_MS }]);
    expect(sent[0]?.request.headers).toContain('Bearer top-secret');
    expect(requestHeaders).toContain('Bearer ********');
    expect(JSON.stringify(requestHeaders)).not.toContain('top-secret');
    expect(requestHeaders).toHaveLength(sent[0]?.request.headers.length ?? 0);
  });

  it.each([
    ['endpoint', { endpoint: 'no url' }, 'Invalid URL'],
    [
      'query',
      { endpoint: `https://example.com/?${'x'.repeat(8_000)}` },
      'path and query have 8002 bytes, and at most 8000 are sent: servers refuse more',
    ],
    ['secret', { signingSecret: '' }, 'the signing secret is empty'],
  ])('is a failed exchange when the %s allows no request', async (_what, values, message) => {
    const { sent, send } = scene();
    expect(await send(delivery(values))).toEqual({
      status: 'failed',
      startedAtMs: NOW_MS,
      durationMs: 0,
      requestMethod: null,
      requestUrl: null,
      requestHeaders: [],
      response: undefined,
      fault: 'endpoint',
      errorClass: 'failed',
      errorMessage: `failed: could not compose the request: ${message}`,
    });
    expect(sent).toEqual([]);
  });
});
