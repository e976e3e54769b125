import { createConnection } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi, WEBHOOK } from '../../testing/test-api.ts';

let api: TestApi;
let url: string;
beforeAll(async () => {
  api = await startTestApi({ limits: { tokenPerMinute: 60 } });
  url = await api.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => api.stop());

const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

test.each([
  ['GET', '/api/v2/webhooks', 200],
  ['HEAD', '/api/v2/webhooks', 200],
  ['POST', '/api/v2/webhooks', 201],
  ['GET', '/v1/account', 200],
  ['GET', '/healthz', 200],
  ['GET', '/readyz', 200],
  ['GET', '/api/v2/webhooks?page[size]=0', 400],
  ['GET', '/api/v2/webhooks/%zz', 400],
  ['GET', '/nothing', 404],
  ['GET', '/api/v2/webhooks/nothing', 404],
  ['TRACE', '/api/v2/webhooks', 405],
])('%s %s: %i', async (method, path, status) => {
  const body = method === 'POST' ? { webhook: WEBHOOK } : undefined;
  const answer = await api.call(method, path, body);
  expect(answer.status).toBe(status);
  expect(answer.headers).toMatchObject(HEADERS);
});

test('refused callers, and a change without a body', async () => {
  const { id } = await api.webhook();
  for (const [token, status] of [
    ['nobody', 401],
    ['read-1', 403],
    ['admin-1', 204],
  ] as const) {
    const answer = await api.call('DELETE', `/api/v2/webhooks/${id}`, undefined, { token });
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject(HEADERS);
  }
});

test('an internal error', async () => {
  await api.sql('alter table audit rename to audit_away');
  const answer = await api.call('GET', '/v1/audit');
  await api.sql('alter table audit_away rename to audit');
  expect(answer.status).toBe(500);
  expect(answer.headers).toMatchObject(HEADERS);
});

test('bytes that are no HTTP', async () => {
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = createConnection(Number(new URL(url).port), '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8').on('data', (data: string) => {
      text += data;
    });
    socket.on('close', () => resolve(text)).on('error', reject);
    socket.write('nonsense\r\n\r\n');
  });
  for (const [name, value] of Object.entries(HEADERS)) {
    expect(answer).toContain(`\r\n${name}: ${value}\r\n`);
  }
});
