import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../model/ids.ts';
import { anyAnswered } from '../../sql/any-answered.ts';
import { startTestApi, type TestApi, WEBHOOK } from '../../testing/test-api.ts';

const ORIGIN = 'https://certified.example';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  for (const origin of [ORIGIN, `${ORIGIN}.net`]) {
    await api.sql(
      `insert into endpoint_certificate values ($1, 'f', 'CN=certified', 'CN=i', now(), now() + interval '9 days', now())`,
      [origin],
    );
  }
});
afterAll(() => api.stop());

const webhook = async (endpoint: string, token: string) =>
  (await api.webhook({ ...WEBHOOK, endpoint }, token)).id as string;

const seen = async (id: string, token: string) =>
  (await api.call('GET', `/v1/webhooks/${id}/health`, undefined, { token })).body.health.certificate
    ?.subject;

/** An invocation that was sent to a URL, and answered or not. */
async function sent(webhookId: string, url: string, statusCode?: number): Promise<void> {
  const status = statusCode === undefined ? 'failed' : 'success';
  const answered = statusCode === undefined ? {} : { statusCode };
  const id = await api.invocation(webhookId, { status, attempts: 1, ...answered });
  await api.attempt(webhookId, id, { id: newId(Date.now()), number: 1, status, url, ...answered });
}

test('a certificate is shown to the account whose deliveries were answered there, and to no other', async () => {
  const one = await webhook(`${ORIGIN}/one`, 'admin-1');
  const sibling = await webhook(`${ORIGIN}/sibling`, 'admin-1');
  const elsewhere = await webhook(`${ORIGIN}.net/`, 'admin-1');
  const foreign = await webhook(`${ORIGIN}/foreign`, 'admin-2');
  // Nothing was sent, or nothing answered.
  await sent(one, `${ORIGIN}/one`);
  expect(await seen(one, 'admin-1')).toBeUndefined();
  // Another endpoint answered, which the webhook had before.
  await sent(one, 'https://own.example/one', 200);
  await sent(one, `${ORIGIN}.net/one`, 200);
  expect(await seen(one, 'admin-1')).toBeUndefined();
  await sent(one, `${ORIGIN}/one?a=1`, 200);
  expect(await seen(one, 'admin-1')).toBe('CN=certified');
  expect(await seen(sibling, 'admin-1')).toBe('CN=certified');
  expect(await seen(elsewhere, 'admin-1')).toBeUndefined();
  expect(await seen(foreign, 'admin-2')).toBeUndefined();

  // A Citus cluster is asked lane by lane: it refuses a limit in each of several lanes.
  const { merge, name, runs, text } = anyAnswered.laneByLane ?? expect.fail('not lane by lane');
  const ask = async (ids: readonly string[]) => {
    const params = { webhooks: ids, origin: ORIGIN };
    const found: { answered: boolean }[][] = [];
    for (const values of runs(params)) {
      found.push(
        await api.database.run({ name, text, values: (all: unknown[]) => all }, [...values]),
      );
    }
    return merge(found, params);
  };
  expect(await ask([sibling, one])).toEqual([{ answered: true }]);
  expect(await ask([sibling, elsewhere])).toEqual([{ answered: false }]);
});
