import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { idFromUuid, uuidFromId } from '../../model/ids.ts';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
let id: string;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  api.nowMs = undefined;
  ({ id } = await api.webhook());
});

const call = (verb: string, token = 'admin-1') =>
  api.call('POST', `/v1/webhooks/${id}/${verb}`, undefined, { token });
const stored = async (webhookId = id) =>
  (
    await api.sql('select paused_at, paused_by from webhook where id = $1', [uuidFromId(webhookId)])
  )[0];

test('a pause is stored with its time and token, until the webhook is resumed', async () => {
  const [token] = await api.sql(`select id from token where name = 'operator-1'`);
  const atMs = Date.UTC(2026, 0, 31, 12);
  api.nowMs = atMs;
  const paused = await call('pause', 'operator-1');
  expect(paused.status).toBe(200);
  expect(paused.body).toEqual({
    paused: true,
    paused_at: '2026-01-31T12:00:00.000Z',
    paused_by: expect.any(String),
  });
  expect(paused.body.paused_by).toBe(idFromUuid(token?.['id']));
  expect(await stored()).toEqual({ paused_at: new Date(atMs), paused_by: paused.body.paused_by });

  // Pausing again, later and with another token, keeps the first time and token.
  api.nowMs = atMs + 60_000;
  expect((await call('pause')).body).toEqual(paused.body);

  const resumed = await call('resume');
  expect([resumed.status, resumed.body]).toEqual([200, { paused: false }]);
  expect(await stored()).toEqual({ paused_at: null, paused_by: null });
  expect((await call('resume')).body).toEqual({ paused: false });
});

test('a pause is not a field of the webhook, and survives its changes', async () => {
  const path = `/api/v2/webhooks/${id}`;
  const before = (await api.call('GET', path)).body.webhook;
  await call('pause');
  expect((await api.call('GET', path)).body.webhook).toEqual(before);
  await api.call('PUT', path, { webhook: before });
  expect((await stored())?.['paused_at']).toEqual(expect.any(Date));
  const { body } = await api.call('POST', `/api/v2/webhooks?clone_webhook_id=${id}`);
  expect((await stored(body.webhook.id))?.['paused_at']).toBeNull();
});

test.each(['pause', 'resume'])(
  '%s: 404 for an unknown webhook, or one of another account',
  async (verb) => {
    expect((await call(verb, 'admin-2')).status).toBe(404);
    for (const other of ['x', '01ARZ3NDEKTSV4RRFFQ69G5FAV']) {
      id = other;
      const answer = await call(verb);
      expect([answer.status, answer.body.error.code]).toEqual([404, 'RecordNotFound']);
    }
  },
);

test.each([
  ['operator', 200],
  ['admin', 200],
  ['read', 403],
  ['publish', 403],
])('%s: %d', async (role, status) => {
  for (const verb of ['pause', 'resume']) {
    expect((await call(verb, `${role}-1`)).status).toBe(status);
  }
});
