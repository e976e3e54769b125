import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId, uuidFromId } from '../../model/ids.ts';
import { startTestApi, type TestApi, WEBHOOK } from '../../testing/test-api.ts';

let api: TestApi;
let webhook: string;
let invocations: string[];

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

beforeEach(async () => {
  webhook = (await api.webhook({ name: 'Gone soon' })).id;
  invocations = [];
  for (let turn = 0; turn < 3; turn++) {
    const latestMs = Date.now() - 1_000 * (3 - turn);
    const invocation = await api.invocation(webhook, { status: 'success', attempts: 1, latestMs });
    const attempt = { id: newId(latestMs), number: 1, status: 'success', statusCode: 200 } as const;
    await api.attempt(webhook, invocation, attempt);
    invocations.unshift(invocation);
  }
});

const call = (path: string, token?: string) =>
  api.call('GET', `/v1/webhooks/${webhook}/${path}`, undefined, token ? { token } : {});
const remove = async () => {
  const { status } = await api.call('DELETE', `/api/v2/webhooks/${webhook}`);
  expect(status).toBe(204);
};
const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

describe('the trail of a webhook', () => {
  it('is the same under /v1 as under /api/v2 while the webhook exists', async () => {
    const old = await api.call('GET', `/api/v2/webhooks/${webhook}/invocations`);
    const { webhook: shown, ...page } = (await call('invocations')).body;
    expect(shown).toEqual({ id: webhook, name: 'Gone soon' });
    expect(page).toEqual(old.body);
    const path = `invocations/${invocations[0]}/attempts`;
    const attempts = await api.call('GET', `/api/v2/webhooks/${webhook}/${path}`);
    expect((await call(path)).body).toEqual({ webhook: shown, ...attempts.body });
  });

  it('stays readable under /v1 when the webhook is deleted, and says so', async () => {
    await remove();
    const gone = { id: webhook, name: 'Gone soon', deleted_at: TIME };
    const list = await call('invocations');
    expect(list.status).toBe(200);
    expect(list.body.webhook).toEqual(gone);
    expect(ids(list.body.invocations)).toEqual(invocations);
    const attempts = await call(`invocations/${invocations[0]}/attempts`);
    expect(attempts.body).toMatchObject({ webhook: gone, attempts: [{ status_code: 200 }] });
    const one = await call(`invocations/${invocations[1]}`);
    expect(one.body.invocation).toMatchObject({
      id: invocations[1],
      status: 'success',
      webhook_deleted_at: TIME,
    });
    for (const path of ['invocations', `invocations/${invocations[0]}/attempts`]) {
      const { status } = await api.call('GET', `/api/v2/webhooks/${webhook}/${path}`);
      expect(status, path).toBe(404);
    }
  });

  it('is walked page by page, and filtered, after the webhook was deleted', async () => {
    await remove();
    const seen: string[] = [];
    let next: string | undefined = `/v1/webhooks/${webhook}/invocations?page[size]=1`;
    while (next !== undefined) {
      const { body, status } = await api.call('GET', next);
      expect(status).toBe(200);
      seen.push(...ids(body.invocations));
      next = body.links.next?.replace(/^https?:\/\/[^/]+/, '');
    }
    expect(seen).toEqual(invocations);
    const none = await call('invocations?filter[status]=failed');
    expect(none.body.invocations).toEqual([]);
  });

  it('explains an invocation that still waits for a deleted webhook', async () => {
    const waiting = await api.invocation(webhook, { status: 'accepted' });
    await api.sql('update invocation set due_at = now(), leased = false where id = $1', [
      uuidFromId(waiting),
    ]);
    await remove();
    const { body } = await call(`invocations/${waiting}`);
    expect(body.invocation.explanation).toContain('It will end unsent: the webhook was deleted.');
  });

  it('is 404 for another account, for an unknown id, and once it is forgotten', async () => {
    await remove();
    expect((await call('invocations', 'admin-2')).status).toBe(404);
    expect((await call(`invocations/${invocations[0]}`, 'admin-2')).status).toBe(404);
    const unknown = await api.call('GET', '/v1/webhooks/01HQ3V8Z6J5X2K9W7T4R1P0N8M/invocations');
    expect(unknown.status).toBe(404);
    expect((await api.call('GET', '/v1/webhooks/no-id/invocations')).status).toBe(404);
    await api.sql('delete from deleted_webhook');
    expect((await call('invocations')).status).toBe(404);
  });

  it('of a webhook deleted through the API keeps no secret', async () => {
    const { body } = await api.call('POST', '/api/v2/webhooks', {
      webhook: { ...WEBHOOK, name: 'Secret', custom_headers: { 'X-Key': 'canary-in-a-header' } },
    });
    await api.call('DELETE', `/api/v2/webhooks/${body.webhook.id}`);
    const rows = await api.sql('select deleted_webhook::text as text from deleted_webhook');
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toMatch(/canary|example\.com/);
  });
});
