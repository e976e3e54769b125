import { createHash } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Directory } from '../../directory/directory.ts';
import type { Sessions } from '../../directory/sessions.ts';
import type { Token } from '../../model/account.ts';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';
import { authentication } from './authentication.ts';
import type { Caller } from './caller.ts';
import { FailedLogins } from './failed-logins.ts';
import { RequestRates } from './request-rates.ts';
import { tokenOf } from './token-of.ts';

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
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const base64 = (text: string) => Buffer.from(text).toString('base64');
async function call(authorization: string | undefined) {
  const answer = await api.app.inject({
    url: '/api/v2/webhooks',
    headers: { ...(authorization !== undefined && { authorization }) },
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
}

test.each([
  'Bearer admin-1',
  'bearer admin-1',
  'BEARER  admin-1 ',
  `Basic ${base64('ann@example.com/token:admin-1')}`,
  `Basic ${base64('ann@example.com:admin-1')}`,
  `basic ${base64(':admin-1')}`,
])('%s', async (authorization) => {
  expect((await call(authorization)).status).toBe(200);
  expect((await call(authorization)).status).toBe(200);
});

test.each([
  [undefined, 'this operation requires an API token'],
  ['', 'the credentials are not valid'],
  ['admin-1', 'the credentials are not valid'],
  ['Bearer', 'the credentials are not valid'],
  ['Bearer wrong', 'the credentials are not valid'],
  ['Bearer admin-1 x', 'the credentials are not valid'],
  ['Digest admin-1', 'the credentials are not valid'],
  [`Basic ${base64('admin-1')}`, 'the credentials are not valid'],
  [`Basic ${base64('ann:')}`, 'the credentials are not valid'],
  [`Basic ${base64('ann:admin-1x')}`, 'the credentials are not valid'],
  ['Basic %%%', 'the credentials are not valid'],
])('%j is 401', async (authorization, message) => {
  const { status, headers, body } = await call(authorization);
  expect(status).toBe(401);
  expect(headers['www-authenticate']).toMatch(/Bearer realm=.*Basic realm=/);
  expect(headers['x-request-id']).toEqual(expect.any(String));
  expect(body).toEqual({
    error: {
      code: 'Unauthorized',
      title: 'Unauthorized',
      message: expect.stringContaining(message),
    },
    errors: whole(
      'Unauthorized',
      'Unauthorized',
      expect.stringContaining(message),
      'Authorization',
    ),
  });
});

test('a token may contain colons', () => {
  expect(tokenOf(`Basic ${base64('ann:a:b')}`)).toBe('a:b');
});

test('health checks need no credentials', async () => {
  for (const path of ['/healthz', '/readyz']) {
    const answer = await api.app.inject(path);
    expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'ok' }]);
  }
  api.notReadyReason = 'this node is stopping';
  const answer = await api.app.inject('/readyz');
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toEqual({ status: 'not ready', reason: 'this node is stopping' });
  expect((await api.app.inject('/healthz')).statusCode).toBe(200);
  api.notReadyReason = undefined;
});

describe('roles', () => {
  const id = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
  const reading = [
    ['GET', '/api/v2/webhooks'],
    ['HEAD', '/api/v2/webhooks'],
    ['GET', `/api/v2/webhooks/${id}`],
    ['GET', `/api/v2/webhooks/${id}/invocations`],
    ['GET', `/api/v2/webhooks/${id}/invocations/${id}/attempts`],
  ];
  const changing = [
    ['POST', '/api/v2/webhooks'],
    ['POST', '/api/v2/webhooks/test'],
    ['PUT', `/api/v2/webhooks/${id}`],
    ['PATCH', `/api/v2/webhooks/${id}`],
    ['DELETE', `/api/v2/webhooks/${id}`],
    ['GET', `/api/v2/webhooks/${id}/signing_secret`],
    ['POST', `/api/v2/webhooks/${id}/signing_secret`],
    ['GET', '/v1/tokens'],
    ['POST', '/v1/tokens'],
    ['DELETE', `/v1/tokens/${id}`],
    ['GET', '/v1/audit'],
  ];
  const operating = [
    ['GET', '/v1/accounts'],
    ['POST', '/v1/accounts'],
    ['GET', '/v1/accounts/99'],
    ['PATCH', '/v1/accounts/99'],
  ];
  const publishing = [
    ['POST', '/v1/events'],
    ['POST', '/v1/events/batch'],
    ['POST', `/v1/webhooks/${id}/invocations`],
  ];

  test.each([
    ['operator', [...reading, ...changing, ...publishing, ...operating], []],
    ['admin', [...reading, ...changing, ...publishing], operating],
    ['read', reading, [...changing, ...publishing, ...operating]],
    ['publish', publishing, [...reading, ...changing, ...operating]],
  ])('%s', async (role, allowed, forbidden) => {
    const status = async ([method, url]: string[]) => {
      const authorization = `Bearer ${role}-1`;
      const { statusCode } = await api.app.inject({
        method: method as 'GET',
        url: url as string,
        headers: { authorization },
      });
      return statusCode;
    };
    for (const operation of allowed) {
      expect([200, 400, 404, 422], operation.join(' ')).toContain(await status(operation));
    }
    for (const operation of forbidden) {
      expect(await status(operation), operation.join(' ')).toBe(403);
    }
  });

  test('a 403 names the role', async () => {
    const answer = await api.call('DELETE', `/api/v2/webhooks/${id}`, undefined, {
      token: 'read-1',
    });
    expect(answer.body.error).toEqual({
      code: 'Forbidden',
      title: 'Forbidden',
      message: 'a token with the role read may not call this operation',
    });
  });
});

describe('the cache of valid headers', () => {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');

  function directoryOf(tokens: Map<string, Token>) {
    let lookUps = 0;
    const directory = {
      tokensVersion: 1,
      account: () => undefined,
      tokenByHash(value: Buffer) {
        lookUps++;
        return tokens.get(value.toString('hex'));
      },
      learnSecret: async () => false,
    };
    return { directory, lookUps: () => lookUps };
  }

  function hookOf(directory: object) {
    const limits = {
      connections: 1_000,
      accountPerMinute: 0,
      tokenPerMinute: 0,
      failedLoginsPerMinute: 0,
    };
    return authentication(
      {
        directory: directory as Directory,
        publicUrl: undefined,
        sessions: {} as Sessions,
      },
      new FailedLogins({ limits, log: pino({ level: 'silent' }) }),
      new RequestRates(limits),
    );
  }

  async function caller(hook: ReturnType<typeof authentication>, authorization: string) {
    const request = {
      headers: { authorization },
      routeOptions: { config: { roles: new Set(['admin']) } },
    } as unknown as Parameters<typeof hook>[0];
    const reply = {} as unknown as Parameters<typeof hook>[1];
    await new Promise<void>((resolve, reject) => {
      hook(request, reply, (error) => (error === undefined ? resolve() : reject(error)));
    });
    return request.caller satisfies Caller;
  }

  test('a valid header is looked up once, until tokens change', async () => {
    const token: Token = { id: 'T', accountId: 1, name: 't', role: 'admin' };
    const tokens = new Map([[hash('good'), token]]);
    const { directory, lookUps } = directoryOf(tokens);
    const hook = hookOf(directory);
    for (let count = 0; count < 3; count++) {
      expect(await caller(hook, 'Bearer good')).toEqual({
        accountId: 1,
        tokenId: 'T',
        role: 'admin',
      });
    }
    expect(lookUps()).toBe(1);
    tokens.clear();
    directory.tokensVersion++;
    await expect(caller(hook, 'Bearer good')).rejects.toMatchObject({ code: 'Unauthorized' });
  });

  test('invalid headers are not cached, and valid ones only up to a limit', async () => {
    const tokens = new Map<string, Token>();
    for (let count = 0; count < 1_001; count++) {
      tokens.set(hash(`t${count}`), { id: `${count}`, accountId: 1, name: '', role: 'admin' });
    }
    const { directory, lookUps } = directoryOf(tokens);
    const hook = hookOf(directory);
    for (let count = 0; count < 1_000; count++) await caller(hook, `Bearer t${count}`);
    for (let count = 0; count < 10; count++) {
      await expect(caller(hook, `Bearer bad${count}`)).rejects.toThrow();
    }
    const before = lookUps();
    await caller(hook, 'Bearer t0');
    expect(lookUps()).toBe(before);
    await caller(hook, 'Bearer t1000');
    await caller(hook, 'Bearer t0');
    expect(lookUps()).toBe(before + 2);
  });

  test('a header too long to hold a token is not hashed', async () => {
    const { directory, lookUps } = directoryOf(new Map());
    const hook = hookOf(directory);
    await expect(caller(hook, `Bearer ${'x'.repeat(200)}`)).rejects.toThrow();
    expect(lookUps()).toBe(1);
    await expect(caller(hook, `Bearer ${'x'.repeat(201)}`)).rejects.toThrow();
    expect(lookUps()).toBe(1);
  });
});
