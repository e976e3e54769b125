import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId, uuidFromId } from '../../model/ids.ts';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

/** Commits a webhook as another node does, without the notification. */
async function unheard(): Promise<string> {
  const { id } = await api.webhook({ subscriptions: ['order.paid'] });
  const made = newId(Date.now());
  await api.sql(
    `with next as (
      update account set directory_version = directory_version + 1
      where id = (select account_id from webhook where id = $1)
      returning directory_version as version
    )
    insert into webhook
    select (jsonb_populate_record(w, jsonb_build_object('id', $2::uuid, 'version', next.version))).*
    from webhook w, next where w.id = $1`,
    [uuidFromId(id), uuidFromId(made)],
  );
  return made;
}

const replay = { kind: 'replay', all: true, query: '', dry_run: true, reason: 'test' };

test.each<[string, string, (id: string) => string, ((id: string) => object)?]>([
  ['the path', 'GET', (id) => `/api/v2/webhooks/${id}`],
  [
    'the path of what is below it',
    'PUT',
    (id) => `/v1/webhooks/${id}/delivery`,
    () => ({ delivery: {} }),
  ],
  ['the query', 'POST', (id) => `/api/v2/webhooks?clone_webhook_id=${id}`],
  ['the query of a test', 'POST', (id) => `/api/v2/webhooks/test?webhook_id=${id}`],
  ['the body', 'POST', () => '/v1/jobs', (id) => ({ ...replay, target_webhook_id: id })],
  ['a field of the body', 'POST', () => '/v1/alert-mutes', (id) => ({ mute: { webhook_id: id } })],
])(
  'a webhook in %s is known, though another node made it and was not heard',
  async (_where, method, path, body) => {
    const id = await unheard();
    const answer = await api.call(method, path(id), body?.(id));
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  },
);

test('one that nobody made is not found', async () => {
  for (const id of [newId(Date.now()), 'nonsense', '__proto__']) {
    expect((await api.call('GET', `/api/v2/webhooks/${id}`)).status).toBe(404);
  }
});
