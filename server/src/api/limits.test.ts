import { afterEach, describe, expect, test, vi } from 'vitest';
import { startTestApi, type TestApi } from '../testing/test-api.ts';

let api: TestApi;
afterEach(async () => {
  vi.restoreAllMocks();
  await api.stop();
});

async function call(authorization: string, remoteAddress = '198.51.100.7', headers = {}) {
  const answer = await api.app.inject({
    url: '/api/v2/webhooks',
    remoteAddress,
    headers: { authorization, ...headers },
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
}

async function statuses(times: number, ...rest: Parameters<typeof call>): Promise<number[]> {
  const found: number[] = [];
  for (let n = 0; n < times; n++) found.push((await call(...rest)).status);
  return found;
}

describe('failed logins', () => {
  test('are 429 beyond the limit, while valid credentials still pass', async () => {
    api = await startTestApi({ limits: { failedLoginsPerMinute: 2 } });
    expect(await statuses(4, 'Bearer wrong')).toEqual([401, 401, 401, 401]);
    const refused = await call('Basic !!!');
    expect([refused.status, refused.body.error.code]).toEqual([429, 'TooManyRequests']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(30);
    expect(refused.headers['www-authenticate']).toBeUndefined();
    expect((await call('Bearer admin-1')).status).toBe(200);
    expect((await call('Bearer wrong')).status).toBe(429);
    expect((await call('Bearer wrong', '198.51.100.8')).status).toBe(401);
    const none = await api.app.inject({
      url: '/api/v2/webhooks',
      remoteAddress: '198.51.100.7',
    });
    expect(none.statusCode).toBe(401);
  });

  test('from one IPv6 /64 are counted together', async () => {
    api = await startTestApi({ limits: { failedLoginsPerMinute: 1 } });
    expect((await call('Bearer wrong', '2001:db8::1')).status).toBe(401);
    expect((await call('Bearer wrong', '2001:db8::2')).status).toBe(401);
    expect((await call('Bearer wrong', '2001:db8::3')).status).toBe(429);
    expect((await call('Bearer wrong', '2001:db8:0:1::3')).status).toBe(401);
  });

  test('are not limited when the limit is 0', async () => {
    api = await startTestApi();
    expect(new Set(await statuses(100, 'Bearer wrong'))).toEqual(new Set([401]));
  });
});

describe('behind a proxy', () => {
  const from = (client: string) => ({ 'x-forwarded-for': client });

  test('that is trusted, clients are distinguished by the address that the proxy saw', async () => {
    api = await startTestApi({
      limits: { failedLoginsPerMinute: 1 },
      trustedProxies: ['10.0.0.0/8'],
    });
    const wrong = (client: string, proxy = '10.1.1.1') => call('Bearer wrong', proxy, from(client));
    expect((await wrong('198.51.100.7')).status).toBe(401);
    expect((await wrong('203.0.113.5, 198.51.100.7')).status).toBe(401);
    expect((await wrong('198.51.100.7', '10.1.1.2')).status).toBe(429);
    expect((await wrong('203.0.113.5')).status).toBe(401);
    expect((await wrong('nonsense')).status).toBe(401);
  });

  test('that is not trusted, the header is ignored', async () => {
    api = await startTestApi({
      limits: { failedLoginsPerMinute: 1 },
      trustedProxies: ['10.0.0.0/8'],
    });
    for (const [n, status] of [401, 401, 429].entries()) {
      expect((await call('Bearer wrong', '192.0.2.1', from(`198.51.100.${n}`))).status).toBe(
        status,
      );
    }
  });

  test('that is trusted, links use the host and protocol of the proxied request', async () => {
    api = await startTestApi({ trustedProxies: ['10.0.0.0/8'] });
    for (let n = 0; n < 2; n++) await api.webhook();
    const next = async (remoteAddress: string, protocol: string) => {
      const answer = await api.app.inject({
        url: '/api/v2/webhooks?page[size]=1',
        remoteAddress,
        headers: {
          authorization: 'Bearer admin-1',
          host: 'inside:4400',
          'x-forwarded-host': 'hooks.example.com',
          'x-forwarded-proto': protocol,
        },
      });
      return answer.json().links.next.split('/api/')[0];
    };
    expect(await next('10.1.1.1', 'https')).toBe('https://hooks.example.com');
    expect(await next('10.1.1.1', 'javascript')).toBe('http://hooks.example.com');
    expect(await next('192.0.2.1', 'https')).toBe('http://inside:4400');
  });
});

describe('requests of a token', () => {
  test('are counted per token, and the answer says how many are left', async () => {
    api = await startTestApi({ limits: { tokenPerMinute: 3 } });
    const answers = [];
    for (let n = 0; n < 4; n++) answers.push(await call('Bearer admin-1'));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers.map(({ headers }) => Number(headers['x-rate-limit']))).toEqual([3, 3, 3, 3]);
    expect(answers.map(({ headers }) => Number(headers['x-rate-limit-remaining']))).toEqual([
      2, 1, 0, 0,
    ]);
    const last = answers[3];
    expect(last?.body.error.code).toBe('TooManyRequests');
    expect(Number(last?.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(Number(last?.headers['retry-after'])).toBeLessThanOrEqual(20);
    expect((await call('Bearer read-1')).status).toBe(200);
  });

  test('are not limited when the limit is 0', async () => {
    api = await startTestApi();
    const answers = await statuses(100, 'Bearer admin-1');
    expect(new Set(answers)).toEqual(new Set([200]));
    expect((await call('Bearer admin-1')).headers).not.toHaveProperty('x-rate-limit');
  });
});

test('an account is limited with all its tokens together', async () => {
  api = await startTestApi({ limits: { tokenPerMinute: 10, accountPerMinute: 25 } });
  // Another request is allowed after 2.4 s, which all of these may take on a busy machine.
  vi.spyOn(performance, 'now').mockReturnValue(performance.now());
  const found: number[] = [];
  for (let n = 0; n < 10; n++) {
    for (const token of ['operator-1', 'admin-1', 'read-1']) {
      found.push((await call(`Bearer ${token}`)).status);
    }
  }
  expect(found.filter((status) => status === 200)).toHaveLength(25);
  const refused = await call('Bearer publish-1');
  expect(refused.status).toBe(429);
  expect(refused.body.error.message).toBe('this account is limited to 25 requests per minute');
  expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  expect((await call('Bearer admin-2')).status).toBe(200);
});
