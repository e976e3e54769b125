import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  APIError,
  BadRequestError,
  type CallOptions,
  ConfigurationError,
  ConflictError,
  ConnectionError,
  ForbiddenError,
  NotFoundError,
  PayloadTooLargeError,
  ResponseValidationError,
  ServerError,
  ServiceUnavailableError,
  TimeoutError,
  TooManyRequestsError,
  UnauthorizedError,
  UnprocessableEntityError,
  Zendesk,
  ZendeskError,
  type ZendeskOptions,
} from './index.ts';
import {
  answer,
  broken,
  json,
  type Step,
  scriptedFetch,
  silent,
} from './testing/scripted-fetch.ts';

const GET = { path: '/api/v2/webhooks' };
const POST = { method: 'POST', path: '/api/v2/webhooks', body: {} };
const never = { strategy: 'none' } as const;

const client = (options: ZendeskOptions, ...steps: Step[]) => {
  const { fetch, requests } = scriptedFetch(...steps);
  const zendesk = new Zendesk({
    baseUrl: 'https://hooks.example',
    auth: { accessToken: 'hush-token' },
    fetch,
    ...options,
  });
  return { zendesk, requests };
};

const failure = async (call: Promise<unknown>) => {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  return error as APIError;
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(1);
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe('a request', () => {
  it('sends the method, URL, headers and body, and nothing else', async () => {
    const { zendesk, requests } = client({}, json({ ok: true }));
    const body = { a_b: [1, null], cD: 'x' };
    await zendesk.request({ method: 'post', path: '/v1/x', query: { q: 'a b' }, body });
    const [request] = requests;
    expect(request?.method).toBe('POST');
    expect(request?.url.href).toBe('https://hooks.example/v1/x?q=a+b');
    expect(Object.fromEntries(request?.headers ?? [])).toEqual({
      accept: 'application/json',
      authorization: 'Bearer hush-token',
      'content-type': 'application/json',
    });
    expect(request?.body).toEqual(body);
    expect(request?.redirect).toBe('manual');
  });

  it('has no content type without a body', async () => {
    const { zendesk, requests } = client({}, json({}));
    await zendesk.request({ method: 'POST', path: '/x' });
    expect(requests[0]?.headers.has('content-type')).toBe(false);
    expect(requests[0]?.body).toBeUndefined();
  });

  it('lets headers of the call replace those of the client, whatever their case', async () => {
    const headers = { 'X-One': 'client', 'X-Two': 'client', Accept: 'text/plain' };
    const { zendesk, requests } = client({ headers }, json({}));
    await zendesk.request(GET, { headers: { 'x-two': 'call', 'x-three': undefined } });
    expect(requests[0]?.headers.get('x-one')).toBe('client');
    expect(requests[0]?.headers.get('x-two')).toBe('call');
    expect(requests[0]?.headers.get('accept')).toBe('text/plain');
    expect(requests[0]?.headers.has('x-three')).toBe(false);
  });

  it('uses the base URL of the call, and treats undefined as omitted', async () => {
    const { zendesk, requests } = client({ timeoutMs: 5 }, json({}));
    await zendesk.request(GET, { baseUrl: 'http://localhost:4400/sub/' });
    await zendesk.request(GET, { baseUrl: undefined, headers: undefined, timeoutMs: undefined });
    expect(requests.map(({ url }) => url.href)).toEqual([
      'http://localhost:4400/sub/api/v2/webhooks',
      'https://hooks.example/api/v2/webhooks',
    ]);
  });

  it('looks up the global fetch at each call, and calls it without a receiver', async () => {
    const { fetch, requests } = scriptedFetch(json({}));
    const zendesk = new Zendesk({ subdomain: 'acme', auth: { accessToken: 'x' } });
    let receiver: unknown = 'never called';
    vi.stubGlobal('fetch', function (this: unknown, url: string, init: RequestInit) {
      receiver = this;
      return fetch(url, init);
    });
    await zendesk.request(GET);
    expect(receiver).toBeUndefined();
    expect(requests[0]?.url.origin).toBe('https://acme.zendesk.com');
  });
});

describe('a setting', () => {
  it('is read at each call, and the call fails when it is missing', async () => {
    for (const name of ['BASE_URL', 'SUBDOMAIN', 'ACCESS_TOKEN', 'API_TOKEN', 'PASSWORD']) {
      vi.stubEnv(`ZENDESK_${name}`, undefined);
    }
    const { fetch, requests } = scriptedFetch(json({}));
    const zendesk = new Zendesk({ fetch });
    expect(await failure(zendesk.request(GET))).toBeInstanceOf(ConfigurationError);
    vi.stubEnv('ZENDESK_BASE_URL', 'https://late.example');
    expect((await failure(zendesk.request(GET))).message).toContain('ZENDESK_ACCESS_TOKEN');
    expect(requests).toEqual([]);
    vi.stubEnv('ZENDESK_ACCESS_TOKEN', 'late');
    await zendesk.request(GET);
    expect(requests[0]?.headers.get('authorization')).toBe('Bearer late');
  });

  it('that cannot be sent is named and not quoted', async () => {
    const { zendesk, requests } = client({ auth: { accessToken: 'hush\nhush' } }, json({}));
    for (const options of [
      {},
      { headers: { authorization: 'hush\0' } },
      { headers: { 'a b': '' } },
    ]) {
      const error = await failure(zendesk.request(GET, options));
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(`${error.stack}${error.cause}`).not.toContain('hush');
    }
    expect(requests).toEqual([]);
  });

  it('from a function is asked for at each try', async () => {
    let asked = 0;
    const auth = async () => ({ accessToken: `token-${++asked}` });
    const { zendesk, requests } = client({ auth }, answer(503), json({}));
    const call = zendesk.request(GET);
    await vi.runAllTimersAsync();
    await call;
    const sent = requests.map(({ headers }) => headers.get('authorization'));
    expect(sent).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('from a function that throws fails the call with that error', async () => {
    const gone = new Error('vault is closed');
    const auth = async () => {
      throw gone;
    };
    const { zendesk } = client({ auth }, json({}));
    expect(await failure(zendesk.request(GET))).toBe(gone);
  });
});

describe('an answer', () => {
  it('passes through request() unchanged, with its response on demand', async () => {
    const body = { some_key: null, created_at: '2024-01-01T00:00:00Z' };
    const { zendesk, requests } = client({}, json(body, { headers: { 'x-rate-limit': '100' } }));
    expect(await zendesk.request(GET)).toEqual(body);
    const { data, response } = await zendesk.request(GET).withResponse();
    expect(data).toEqual(body);
    expect(response.headers.get('x-rate-limit')).toBe('100');
    expect(requests).toHaveLength(2);
  });

  it('may be empty', async () => {
    const { zendesk } = client({}, answer(204));
    expect(await zendesk.request(GET)).toBeUndefined();
    expect(await zendesk.webhooks.delete('1')).toBeUndefined();
  });

  it('that is not JSON is refused, whatever its content type', async () => {
    const html = '<!doctype html><title>Sign in</title>';
    for (const type of ['text/html', 'application/json']) {
      const { zendesk } = client(
        {},
        answer(200, html, { 'content-type': type, 'x-request-id': 'r1' }),
      );
      for (const call of [
        zendesk.request(GET),
        zendesk.webhooks.get('1'),
        zendesk.webhooks.list(),
        zendesk.webhooks.delete('1'),
      ]) {
        const error = await failure(call as Promise<unknown>);
        expect(error).toBeInstanceOf(ResponseValidationError);
        expect(error).not.toBeInstanceOf(APIError);
        expect(error).toMatchObject({ statusCode: 200, body: html, requestId: 'r1' });
        expect(error.cause).toBeInstanceOf(SyntaxError);
      }
    }
  });

  it('that is other JSON is refused, and not quoted', async () => {
    for (const body of [
      null,
      [],
      {},
      'hush',
      { webhook: null, webhooks: {}, signing_secret: 'hush' },
    ]) {
      const { zendesk, requests } = client({}, json(body));
      for (const call of [
        zendesk.webhooks.get('1'),
        zendesk.webhooks.list(),
        zendesk.webhooks.getSigningSecret('1'),
        zendesk.webhookInvocations.list('1'),
        zendesk.webhookInvocations.listAttempts('1', '2'),
      ]) {
        const error = await failure(call as Promise<unknown>);
        expect(error).toBeInstanceOf(ResponseValidationError);
        expect(error.message).not.toContain('hush');
        expect(error.data).toEqual(body);
      }
      expect(requests).toHaveLength(5);
    }
  });

  it('that quotes the credentials has them redacted', async () => {
    const { zendesk } = client(
      {},
      answer(200, '<p>hush-token</p>'),
      json({ webhook: 'hush-token' }),
    );
    for (const message of ['it is not JSON', '"webhook" is not an object']) {
      const error = await failure(zendesk.webhooks.get('1'));
      expect(error.message).toBe(
        `GET https://hooks.example/api/v2/webhooks/1 answered 200 with an unexpected body: ${message}`,
      );
      expect(`${error.body}${JSON.stringify(error.data)}`).not.toContain('hush');
      expect(error.body).toContain('[redacted]');
    }
  });
});

describe('an error status', () => {
  it.each([
    [400, BadRequestError],
    [401, UnauthorizedError],
    [402, APIError],
    [403, ForbiddenError],
    [404, NotFoundError],
    [409, ConflictError],
    [413, PayloadTooLargeError],
    [415, APIError],
    [422, UnprocessableEntityError],
    [429, TooManyRequestsError],
    [500, ServerError],
    [503, ServiceUnavailableError],
    [599, ServerError],
    [301, APIError],
  ])('of %i has its error class', async (status, Class) => {
    const { zendesk } = client({ retries: never }, answer(status, ''));
    const error = await failure(zendesk.request(GET));
    expect(error.constructor).toBe(Class);
    expect(error.name).toBe(Class.name);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toBeInstanceOf(ZendeskError);
    expect(error.statusCode).toBe(status);
  });

  it('puts method, URL, status, body and request id into the error', async () => {
    const body = { error: { code: 'InvalidParameter', title: 'Bad Request', message: 'no\n\tgo' } };
    const headers = { 'x-request-id': 'req-7', 'retry-after': '1.5' };
    const { zendesk } = client({}, json(body, { status: 400, headers }));
    const error = await failure(zendesk.request({ ...GET, query: { a: 1 } }));
    expect(error.message).toBe(
      `GET https://hooks.example/api/v2/webhooks?a=1 answered 400: ${JSON.stringify(body)}` +
        ' (request id req-7)',
    );
    expect(error).toMatchObject({
      name: 'BadRequestError',
      statusCode: 400,
      body: JSON.stringify(body),
      data: body,
      requestId: 'req-7',
      method: 'GET',
      url: 'https://hooks.example/api/v2/webhooks?a=1',
      retryAfterMs: 1500,
    });
    expect(error.headers.get('x-request-id')).toBe('req-7');
    expect(error.rawResponse.status).toBe(400);
  });

  it.each([
    ['{"error": "RecordNotFound", "description": "Not found"}'],
    ['{"errors": [{"code": "x"}]}'],
    ['[]'],
    ['plain text'],
    ['<html><body>Bad gateway</body></html>'],
    [''],
    ['{"cut off'],
  ])('decides the error class, not the body %j', async (body) => {
    const { zendesk } = client({}, answer(404, body));
    const error = await failure(zendesk.request(GET));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error.body).toBe(body);
    expect(error.message).toContain(body);
    expect(error.requestId).toBeUndefined();
    expect(error.retryAfterMs).toBeUndefined();
  });

  it('quotes at most 1 KB of the body, on one line', async () => {
    const { zendesk } = client({}, answer(404, 'line\r\n'.repeat(10_000)));
    const error = await failure(zendesk.request(GET));
    expect(error.message).toMatch(/^[^\r\n]*$/);
    expect(error.message.length).toBeLessThan(1100);
    expect(error.body.length).toBe(60_000);
  });

  it('never exposes the credentials, even when the server quotes them', async () => {
    const echo: Step = ({ headers }) =>
      new Response(`no: ${headers.get('authorization')}, hush-token, p4ssw0rd`, { status: 401 });
    for (const auth of [{ accessToken: 'hush-token' }, { username: 'me', password: 'p4ssw0rd' }]) {
      const { zendesk } = client({ auth }, echo);
      const error = await failure(zendesk.request(GET));
      const secrets = 'accessToken' in auth ? ['hush-token'] : ['p4ssw0rd', btoa('me:p4ssw0rd')];
      for (const secret of secrets) {
        expect(error.message).not.toContain(secret);
        expect(error.body).not.toContain(secret);
        expect(JSON.stringify(error)).not.toContain(secret);
      }
      expect(error.message).toContain('[redacted]');
    }
  });

  it('may be a redirect, which the client does not follow', async () => {
    const { zendesk, requests } = client(
      {},
      answer(307, null, { location: 'https://evil.example' }),
    );
    const error = await failure(zendesk.request(GET));
    expect(error.statusCode).toBe(307);
    expect(error.headers.get('location')).toBe('https://evil.example');
    expect(requests).toHaveLength(1);
  });

  it('counts even when the body breaks off or never ends', async () => {
    const breaking = () =>
      new ReadableStream({
        pull(stream) {
          stream.error(new TypeError('terminated'));
        },
      });
    const { zendesk } = client({ retries: never }, () => new Response(breaking(), { status: 404 }));
    expect(await failure(zendesk.request(GET))).toBeInstanceOf(NotFoundError);

    const endless = new ReadableStream({ pull: () => new Promise(() => {}) });
    const hanging = client({ retries: never }, () => new Response(endless, { status: 422 }));
    const error = failure(hanging.zendesk.request(GET));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await error).toBeInstanceOf(UnprocessableEntityError);
  });
});

describe('a broken connection', () => {
  it('has the reason in the message', async () => {
    const { zendesk } = client({ retries: never }, broken('connect ECONNREFUSED 127.0.0.1:9'));
    const error = await failure(zendesk.request(GET));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).not.toBeInstanceOf(TimeoutError);
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.cause).toBeInstanceOf(TypeError);
  });

  it('in the middle of a success is a failure', async () => {
    const cut: Step = () =>
      new Response(
        new ReadableStream({
          start(stream) {
            stream.enqueue(new TextEncoder().encode('{"webhooks": ['));
          },
          pull(stream) {
            stream.error(new TypeError('terminated'));
          },
        }),
      );
    const { zendesk, requests } = client({}, cut, json({ fine: true }));
    const call = zendesk.request(GET);
    await vi.runAllTimersAsync();
    expect(await call).toEqual({ fine: true });
    expect(requests).toHaveLength(2);
    const once = client({}, cut);
    expect(await failure(once.zendesk.request(POST))).toBeInstanceOf(ConnectionError);
  });

  it('is recognised whatever a custom fetch throws', async () => {
    for (const thrown of [null, undefined, 'text', new Error('own')]) {
      const fetch = async () => {
        throw thrown;
      };
      const { zendesk } = client({ fetch, retries: never });
      const error = await failure(zendesk.request(GET));
      expect(error).toBeInstanceOf(ConnectionError);
      expect(error.cause).toBe(thrown);
    }
  });
});

describe('the time limit of a try', () => {
  it('ends the try and aborts the request', async () => {
    const { zendesk, requests } = client({ retries: never, timeoutMs: 100 }, silent());
    const error = failure(zendesk.request(GET));
    await vi.advanceTimersByTimeAsync(99);
    expect(requests[0]?.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await error).toBeInstanceOf(TimeoutError);
    expect((await error).message).toContain('100 ms');
    expect(requests[0]?.signal.aborted).toBe(true);
  });

  it('runs to the last byte, and starts again with each try', async () => {
    const endless: Step = () =>
      new Response(new ReadableStream({ pull: () => new Promise(() => {}) }));
    const { zendesk, requests } = client({}, endless, silent(), json({ fine: true }));
    const call = zendesk.request(GET, { timeoutMs: 1000 });
    await vi.advanceTimersByTimeAsync(1000 + 500 + 1000 + 750);
    expect(await call).toEqual({ fine: true });
    expect(requests).toHaveLength(3);
  });

  it('includes waiting for credentials', async () => {
    const auth = () => new Promise<never>(() => {});
    const { zendesk } = client({ auth, retries: never }, json({}));
    const error = failure(zendesk.request(GET));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await error).toBeInstanceOf(TimeoutError);
  });
});

describe('an abort', () => {
  it('before the call prevents the request', async () => {
    const { zendesk, requests } = client({}, json({}));
    const signal = AbortSignal.abort(new Error('before'));
    expect((await failure(zendesk.request(GET, { signal }))).message).toBe('before');
    expect(requests).toEqual([]);
  });

  it('during a try ends the call with the reason', async () => {
    const controller = new AbortController();
    const { zendesk, requests } = client({}, silent());
    const error = failure(zendesk.request(GET, { signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(10);
    controller.abort();
    expect((await error).name).toBe('AbortError');
    expect(requests[0]?.signal.aborted).toBe(true);
    expect(requests).toHaveLength(1);
  });

  it('during a delay ends the call, without another try', async () => {
    const controller = new AbortController();
    const { zendesk, requests } = client({}, answer(503));
    const call = zendesk.request(GET, { signal: controller.signal });
    const error = call.then(
      () => 'done',
      (reason: unknown) => reason,
    );
    await vi.advanceTimersByTimeAsync(499);
    controller.abort(null);
    expect(await error).toBeNull();
    expect(requests).toHaveLength(1);
  });
});

describe('retries', () => {
  it('continue until an answer arrives, and report each failed try', async () => {
    const seen: unknown[] = [];
    const { zendesk, requests } = client(
      { onRetry: (event) => seen.push(event) },
      answer(503, '', { 'retry-after': '2' }),
      broken(),
      answer(500),
      json({ fine: true }),
    );
    const call = zendesk.request(GET);
    await vi.advanceTimersByTimeAsync(2000 + 750 + 1125);
    expect(await call).toEqual({ fine: true });
    expect(requests).toHaveLength(4);
    expect(seen).toMatchObject([
      { attempt: 1, delayMs: 2000, cause: { statusCode: 503 } },
      { attempt: 2, delayMs: 750, cause: { name: 'ConnectionError' } },
      { attempt: 3, delayMs: 1125, cause: { statusCode: 500 } },
    ]);
  });

  it('of a POST happen only when the server did nothing', async () => {
    for (const step of [answer(500), answer(502), answer(504), broken()]) {
      const { zendesk, requests } = client({}, step, json({}));
      await failure(zendesk.request(POST));
      expect(requests).toHaveLength(1);
    }
    for (const step of [answer(429), answer(503)]) {
      const { zendesk, requests } = client({}, step, json({}));
      const call = zendesk.request(POST);
      await vi.runAllTimersAsync();
      await call;
      expect(requests).toHaveLength(2);
      expect(requests[1]?.body).toEqual({});
    }
    const { zendesk, requests } = client({}, answer(500), json({}));
    const call = zendesk.request({ ...POST, idempotent: true });
    await vi.runAllTimersAsync();
    await call;
    expect(requests).toHaveLength(2);
  });

  it('happen for every other method', async () => {
    for (const method of ['GET', 'put', 'PATCH', 'DELETE']) {
      const { zendesk, requests } = client({}, answer(502), broken(), json({}));
      const call = zendesk.request({ method, path: '/x' });
      await vi.runAllTimersAsync();
      await call;
      expect(requests).toHaveLength(3);
    }
  });

  it('end immediately when the wait exceeds the budget, and report the wait', async () => {
    const { zendesk, requests } = client({}, answer(429, '', { 'retry-after': '61' }));
    const error = await failure(zendesk.request(GET));
    expect(error).toBeInstanceOf(TooManyRequestsError);
    expect(error.retryAfterMs).toBe(61_000);
    expect(requests).toHaveLength(1);
  });

  it('end with the budget of tries and delays together', async () => {
    const slow: Step = async () => {
      await new Promise((resolve) => setTimeout(resolve, 2000));
      return new Response(null, { status: 503 });
    };
    const { zendesk, requests } = client({}, slow);
    const backoff = { initialInterval: 1000, exponent: 1, maxElapsedTime: 8500 };
    const error = failure(zendesk.request(GET, { retries: { backoff } }));
    await vi.advanceTimersByTimeAsync(8000);
    expect(await error).toBeInstanceOf(ServiceUnavailableError);
    expect(requests).toHaveLength(3);
  });

  it('of the call replace those of the client as a whole', async () => {
    const { zendesk, requests } = client({ retries: never }, answer(503), json({}));
    await failure(zendesk.request(GET));
    expect(requests).toHaveLength(1);
    const onRetry = vi.fn();
    const call = zendesk.request(GET, { retries: {}, onRetry });
    await vi.runAllTimersAsync();
    await call;
    expect(requests).toHaveLength(2);
    const forever = client({}, broken(), json({}));
    await failure(forever.zendesk.request(GET, { retries: { retryConnectionErrors: false } }));
    expect(forever.requests).toHaveLength(1);
  });
});

describe('a finished call', () => {
  it.each<[string, Step[], CallOptions]>([
    ['that succeeded', [json({})], {}],
    ['that succeeded at the second try', [answer(503), json({})], {}],
    ['with an error status', [answer(404)], {}],
    ['with a timeout', [silent()], { timeoutMs: 10, retries: never }],
    ['with a broken connection', [broken()], { retries: never }],
    ['with an invalid body', [answer(200, '<p>')], {}],
    ['with too long a Retry-After', [answer(503, '', { 'retry-after': '90' })], {}],
  ])('%s leaves no timer and no listener', async (_, steps, options) => {
    const { signal } = new AbortController();
    const { zendesk, requests } = client({}, ...steps);
    const ended = zendesk.request(GET, { ...options, signal }).catch(() => undefined);
    await vi.runAllTimersAsync();
    await ended;
    expect(requests).toHaveLength(steps.length);
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('a logger', () => {
  it('receives each try, and no secret', async () => {
    const lines: unknown[][] = [];
    const logger = { debug: (...line: unknown[]) => lines.push(line) };
    const secret = { authentication: { data: { password: 'hush-body' } } };
    const { zendesk } = client(
      { logger, headers: { 'x-key': 'hush-header' } },
      answer(503, 'hush-answer'),
      json(secret),
      broken('hush-cause'),
    );
    const call = zendesk.request({ ...POST, body: secret });
    await vi.advanceTimersByTimeAsync(500);
    await call;
    await failure(zendesk.request(POST));
    const label = 'POST https://hooks.example/api/v2/webhooks';
    expect(lines).toEqual([
      [label, { attempt: 1, durationMs: 0, outcome: 503, delayMs: 500 }],
      [label, { attempt: 2, durationMs: 0, outcome: 200, delayMs: undefined }],
      [label, { attempt: 1, durationMs: 0, outcome: 'ConnectionError', delayMs: undefined }],
    ]);
    expect(JSON.stringify(lines)).not.toContain('hush');
  });
});

describe('withResponse', () => {
  it('reports a failure once, and leaves no unhandled rejection', async () => {
    vi.useRealTimers();
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    try {
      const { zendesk } = client({}, answer(404));
      expect(await failure(zendesk.webhooks.get('1').withResponse())).toBeInstanceOf(NotFoundError);
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).not.toHaveBeenCalled();
    } finally {
      process.off('unhandledRejection', unhandled);
      vi.useFakeTimers();
    }
  });
});
