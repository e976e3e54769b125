import { createConnection } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { IdempotencyConflict } from '../accept/idempotency-conflict.ts';
import { Unavailable } from '../model/unavailable.ts';
import { startTestApi, type TestApi, WEBHOOK } from '../testing/test-api.ts';

/** The one entry of `errors` when no single field is wrong. */
const whole = (code: string, title: string, message: unknown, parameter?: string) => [
  {
    code,
    title,
    detail: message,
    message,
    ...(parameter !== undefined && { field: parameter, source: { parameter } }),
  },
];

let api: TestApi;
let url: string;
let port: number;
beforeAll(async () => {
  api = await startTestApi();
  url = await api.app.listen({ host: '127.0.0.1', port: 0 });
  port = Number(new URL(url).port);
});
afterAll(() => api.stop());

const MIB = 1024 * 1024;
const headers = { authorization: 'Bearer admin-1', 'content-type': 'application/json' };

/** Writes bytes to a connection and reads until the other side closes it. */
function raw(text: string, { end = false } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, '127.0.0.1', () => {
      if (end) socket.end(text);
      else socket.write(text);
    });
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (data: string) => {
      answer += data;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

function parse(answer: string) {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const [status = ''] = head.split('\r\n');
  return { status, head, body: JSON.parse(body) };
}

describe('request ids', () => {
  test.each(['abc', '01ARZ3NDEKTSV4RRFFQ69G5FAV', 'Root=1-5759e988-bd862e3fe1be46a994272793'])(
    'a valid one is kept: %s',
    async (id) => {
      for (const path of ['/healthz', '/nothing', '/api/v2/webhooks?page[size]=0']) {
        const answer = await api.call('GET', path, undefined, { headers: { 'x-request-id': id } });
        expect(answer.headers['x-request-id']).toBe(id);
      }
    },
  );

  test.each(['', 'a b', '<script>', 'x'.repeat(129), 'é'])(
    'an invalid one is replaced: %j',
    async (id) => {
      const answer = await api.call('GET', '/healthz', undefined, {
        headers: { 'x-request-id': id },
      });
      expect(answer.headers['x-request-id']).toMatch(/^[\da-f-]{36}$/);
    },
  );
});

describe('unknown routes', () => {
  test.each([
    ['GET', '/'],
    ['GET', '/api/v2/webhook'],
    ['GET', '/api/v2/webhooks/a/b/c'],
    ['TRACE', '/api/v2'],
  ])('%s %s', async (method, path) => {
    const answer = await api.call(method, `${path}?secret=1`);
    expect(answer.status).toBe(404);
    expect(answer.headers['x-request-id']).toEqual(expect.any(String));
    expect(answer.body).toEqual({
      error: {
        code: 'RouteNotFound',
        title: 'Not Found',
        message: `no such operation: ${method} ${path}`,
      },
      errors: whole('RouteNotFound', 'Not Found', `no such operation: ${method} ${path}`, 'path'),
    });
  });

  test.each([
    ['TRACE', '/api/v2/webhooks', 'GET, HEAD, POST'],
    ['PATCH', '/api/v2/webhooks', 'GET, HEAD, POST'],
    ['POST', '/api/v2/webhooks/01ARZ3NDEKTSV4RRFFQ69G5FAV', 'DELETE, GET, HEAD, PATCH, PUT'],
    ['DELETE', '/api/v2/webhooks/01ARZ3NDEKTSV4RRFFQ69G5FAV/invocations', 'GET, HEAD'],
    ['GET', '/v1/events/batch', 'POST'],
    ['HEAD', '/v1/events/batch', 'POST'],
    ['DELETE', '/v1/events', 'GET, HEAD, POST'],
    ['OPTIONS', '/healthz', 'GET, HEAD'],
    ['OPTIONS', '/api/v2/webhooks/test', 'POST'],
    ['GET', '/api/v2/webhooks/test', 'POST'],
    ['DELETE', '/api/v2/webhooks/test', 'POST'],
  ])('%s %s: known path, unsupported method', async (method, path, allow) => {
    const answer = await api.app.inject({ method: method as 'GET', url: `${path}?secret=1` });
    expect([answer.statusCode, answer.headers['allow']]).toEqual([405, allow]);
    expect(answer.json()).toEqual({
      error: {
        code: 'MethodNotAllowed',
        title: 'Method Not Allowed',
        message: `${path} does not support ${method}, only ${allow}`,
      },
      errors: whole(
        'MethodNotAllowed',
        'Method Not Allowed',
        `${path} does not support ${method}, only ${allow}`,
        'method',
      ),
    });
  });

  test('a malformed path', async () => {
    const answer = await api.call('GET', '/api/v2/webhooks/%zz');
    expect([answer.status, answer.body.error.code]).toEqual([400, 'MalformedRequest']);
    expect(answer.headers['x-request-id']).toEqual(expect.any(String));
  });
});

describe('unreadable bodies', () => {
  const body = JSON.stringify({ webhook: WEBHOOK });
  const malformed = [400, 'MalformedBody', 'body'];

  test.each([
    ['no body at all', undefined, 'required'],
    ['an empty body', '', 'required'],
    ['null', 'null', 'required'],
    ['truncated JSON', body.slice(0, -5), 'malformed'],
    ['not JSON', 'name=Orders', 'malformed'],
    ['a byte order mark', `\ufeff${body}`, 'malformed'],
    ['a raw null byte', body.replace('Orders', 'Or\u0000ders'), 'malformed'],
    ['invalid UTF-8', Buffer.from(body.replace('Orders', '\xff\xfe'), 'latin1'), 'malformed'],
    ['65 levels', '['.repeat(65) + ']'.repeat(65), 'too_deep'],
    ['a million levels', '['.repeat(MIB - 1), 'too_deep'],
    ['__proto__', body.replace('"name"', '"__proto__":{"a":1},"name"'), 'not_allowed'],
    ['an escaped __proto__', body.replace('"name"', '"__pr\\u006fto__":1,"name"'), 'not_allowed'],
    ['a nested __proto__', `{"webhook":[{"a":{"__proto__":1}}]}`, 'not_allowed'],
    ['constructor.prototype', `{"constructor":{"prototype":{"a":1}}}`, 'not_allowed'],
  ])('%s', async (_what, text, code) => {
    const answer = await api.call('POST', '/api/v2/webhooks', text, {
      headers: { 'content-type': 'application/json' },
    });
    expect([answer.status, answer.body.error.code, answer.body.errors[0].field]).toEqual(malformed);
    expect(answer.body.errors[0].code).toBe(code);
    expect(JSON.stringify(answer.body)).not.toContain('Orders');
    expect(({} as { a?: number }).a).toBeUndefined();
  });

  test('the message says where the JSON is invalid', async () => {
    const answer = await api.call('POST', '/api/v2/webhooks', '{"webhook": oops}', {
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.body.error.message).toMatch(/^the body is not valid JSON( at position 12)?$/);
  });

  test.each([
    'text/plain',
    'application/xml',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'nonsense',
  ])('the content type %s', async (type) => {
    const answer = await api.call('POST', '/api/v2/webhooks', body, {
      headers: { 'content-type': type },
    });
    expect([answer.status, answer.body.error.code]).toEqual([415, 'UnsupportedMediaType']);
  });

  test.each([
    ['/api/v2/webhooks', 'admin-1'],
    ['/v1/events', 'publish-1'],
    ['/v1/events/batch', 'publish-1'],
  ])('%s: a compressed body, or one in another charset', async (path, token) => {
    for (const [change, message] of [
      [{ 'content-encoding': 'gzip' }, 'must not be compressed'],
      [{ 'content-encoding': 'br, gzip' }, 'must not be compressed'],
      [{ 'content-type': 'application/json; charset=latin1' }, 'charset'],
      [{ 'content-type': 'application/json;charset="UTF-16"' }, 'charset'],
    ] as const) {
      const answer = await api.call('POST', path, body, { token, headers: change });
      expect([answer.status, answer.body.error.code]).toEqual([415, 'UnsupportedMediaType']);
      expect(answer.body.error.message).toContain(message);
    }
  });

  test('content-encoding identity and charset utf8 are accepted', async () => {
    const answer = await api.call('POST', '/api/v2/webhooks', body, {
      headers: {
        'content-encoding': 'Identity',
        'content-type': 'application/json; charset="utf8"',
      },
    });
    expect(answer.status).toBe(201);
  });

  test.each(['application/json', 'APPLICATION/JSON; charset=utf-8', 'application/vnd.api+json'])(
    'the content type %s is accepted',
    async (type) => {
      const answer = await api.call('POST', '/api/v2/webhooks', body, {
        headers: { 'content-type': type },
      });
      expect(answer.status).toBe(201);
    },
  );

  test('no content type', async () => {
    const answer = await fetch(`${url}/api/v2/webhooks`, {
      method: 'POST',
      headers: { authorization: headers.authorization },
      body: Buffer.from(body),
    });
    expect(answer.status).toBe(415);
    expect(await answer.json()).toMatchObject({ error: { code: 'UnsupportedMediaType' } });
  });

  test.each([10 * MIB, MIB + 1])('%i bytes', async (size) => {
    const large = `{"webhook":{"name":"${'x'.repeat(size - 23)}"}}`;
    const answer = await fetch(`${url}/api/v2/webhooks`, { method: 'POST', headers, body: large });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ error: { code: 'BodyTooLarge' } });
  });

  test('10 MiB in chunks, without a length', async () => {
    const stream = new ReadableStream({
      start(controller) {
        for (let count = 0; count < 10; count++) controller.enqueue(new Uint8Array(MIB));
        controller.close();
      },
    });
    const answer = await fetch(`${url}/api/v2/webhooks`, {
      method: 'POST',
      headers,
      body: stream,
      duplex: 'half',
    } as RequestInit);
    expect(answer.status).toBe(413);
  });

  test('exactly 1 MiB is accepted', async () => {
    const text = body + ' '.repeat(MIB - body.length);
    const answer = await fetch(`${url}/api/v2/webhooks`, { method: 'POST', headers, body: text });
    expect(answer.status).toBe(201);
  });

  test('a truncated body creates nothing', async () => {
    const before = (await api.call('GET', '/api/v2/webhooks')).body.webhooks.length;
    const head = [
      'POST /api/v2/webhooks HTTP/1.1',
      'host: x',
      'authorization: Bearer admin-1',
      'content-type: application/json',
      `content-length: ${body.length + 1}`,
      '',
      '',
    ].join('\r\n');
    await raw(head + body, { end: true });
    const after = (await api.call('GET', '/api/v2/webhooks')).body.webhooks.length;
    expect(after).toBe(before);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });
});

// Waiting for them would take minutes.
test('silent clients are given up, whatever they are silent about', () => {
  const { headersTimeout, requestTimeout, keepAliveTimeout, timeout } = api.app.server;
  expect({ headersTimeout, requestTimeout, keepAliveTimeout, timeout }).toEqual({
    headersTimeout: 10_000,
    requestTimeout: 60_000,
    keepAliveTimeout: 72_000,
    timeout: 120_000,
  });
});

describe('invalid HTTP', () => {
  test.each([
    ['garbage', 'hello\r\n\r\n', 'HTTP/1.1 400 Bad Request', 'MalformedRequest'],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n', 'HTTP/1.1 400 Bad Request', 'MalformedRequest'],
    [
      'huge headers',
      `GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
      'HTTP/1.1 431 Request Header Fields Too Large',
      'HeadersTooLarge',
    ],
    [
      'a broken chunk',
      'POST /api/v2/webhooks HTTP/1.1\r\nhost: x\r\nauthorization: Bearer admin-1\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      'HTTP/1.1 400 Bad Request',
      'MalformedRequest',
    ],
    [
      'a method that the parser may not know',
      'QUERY /api/v2//webhooks/test?x HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n',
      'HTTP/1.1 405 Method Not Allowed',
      'MethodNotAllowed',
    ],
    [
      'a method that nobody knows',
      'FROBNICATE /v1/events/batch HTTP/1.1\r\nhost: x\r\n\r\n',
      'HTTP/1.1 405 Method Not Allowed',
      'MethodNotAllowed',
    ],
    [
      'a method that nobody knows, on no path',
      'FROBNICATE /v2 HTTP/1.1\r\nhost: x\r\n\r\n',
      'HTTP/1.1 404 Not Found',
      'RouteNotFound',
    ],
  ])('%s', async (_what, text, status, code) => {
    const answer = parse(await raw(text, { end: text.includes('/healthz') }));
    expect(answer.status).toBe(status);
    expect(answer.head.toLowerCase()).toContain('x-request-id: ');
    expect(answer.head.toLowerCase()).toContain('content-type: application/json');
    expect(answer.body).toMatchObject({ error: { code }, errors: [{ code }] });
    if (code === 'MethodNotAllowed') expect(answer.head).toMatch(/^allow: POST$/im);
  });
});

describe('failures behind the API', () => {
  const path = async () => `/api/v2/webhooks/${(await api.webhook()).id}/invocations`;

  test('an unreachable database is 503 with retry-after', async () => {
    const list = await path();
    vi.spyOn(api.database, 'run').mockRejectedValueOnce(new Unavailable('at db.internal:5432', 3));
    const answer = await api.call('GET', list);
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('3');
    expect(answer.body).toEqual({
      error: {
        code: 'Unavailable',
        title: 'Service Unavailable',
        message: 'this node cannot serve the request now; try again in a moment',
      },
      errors: whole(
        'Unavailable',
        'Service Unavailable',
        'this node cannot serve the request now; try again in a moment',
      ),
    });
  });

  test('an internal error is 500 and reveals no details', async () => {
    const list = await path();
    vi.spyOn(api.database, 'run').mockRejectedValueOnce(new Error('column "secret" at line 7'));
    const answer = await api.call('GET', list);
    expect(answer.status).toBe(500);
    expect(answer.body).toEqual({
      error: {
        code: 'InternalError',
        title: 'Internal Server Error',
        message: 'internal error; the log of this node has the details under the x-request-id',
      },
      errors: whole(
        'InternalError',
        'Internal Server Error',
        'internal error; the log of this node has the details under the x-request-id',
      ),
    });
  });

  test('a thrown value that is not an Error is 500', async () => {
    const list = await path();
    for (const thrown of [undefined, null, 'text', { statusCode: 200 }]) {
      vi.spyOn(api.database, 'run').mockRejectedValueOnce(thrown);
      expect((await api.call('GET', list)).status).toBe(500);
    }
  });

  test.each([
    ['key:abc', 'Idempotency-Key'],
    ['event:abc', 'id'],
  ])('a conflict over %s names %s', async (key, field) => {
    const list = await path();
    vi.spyOn(api.database, 'run').mockRejectedValueOnce(new IdempotencyConflict(key));
    const answer = await api.call('GET', list);
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({
      error: { code: 'IdempotencyConflict', title: 'Conflict' },
      errors: [{ field, code: 'conflict' }],
    });
  });
});
