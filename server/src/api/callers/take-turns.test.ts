import { once } from 'node:events';
import { eventually } from '@hooktrail/harness/eventually';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
let lock: pg.Client;

beforeEach(async () => {
  api = await startTestApi({ connections: 12 });
  lock = new pg.Client({ connectionString: api.databaseUrl });
  await lock.connect();
});
afterEach(async () => {
  const ended = once(lock, 'end');
  await lock.end();
  await ended;
  await api.stop();
});

/** Statements that wait for a lock: after a second, one that looks for deadlocks has another wait event for a moment. */
async function waiting(): Promise<number> {
  const [row] = await api.sql(
    `select count(distinct pid)::integer as n
    from pg_locks join pg_stat_activity using (pid)
    where not granted and datname = current_database()`,
  );
  return row?.n as number;
}

test('lists of one account that wait for the database leave another its turn', async () => {
  const { id } = await api.webhook();
  await lock.query('begin');
  await lock.query('lock table invocation in access exclusive mode');
  const lists = Array.from({ length: 12 }, () => api.call('GET', `/v1/webhooks/${id}/invocations`));
  await eventually('as many as may read', async () => (await waiting()) === 5);
  expect((await api.call('GET', '/v1/audit', undefined, { token: 'admin-2' })).status).toBe(200);
  expect((await api.call('GET', '/v1/audit', undefined, { token: 'admin-2' })).status).toBe(200);
  expect(await waiting()).toBe(5);
  await lock.query('rollback');
  expect((await Promise.all(lists)).map(({ status }) => status)).toEqual(Array(12).fill(200));
});

test('requests of one account that wait for the database leave another its turn', async () => {
  const webhooks = [];
  for (let n = 0; n < 8; n++) webhooks.push(await api.webhook({ name: `n${n}` }));
  const other = await api.webhook({}, 'admin-2');
  // The changes of account 1 wait for these rows.
  await lock.query('begin');
  await lock.query(
    'select from webhook where id in (select id from webhook where name ~ $1) for update',
    ['^n'],
  );
  let answered = 0;
  const changes = webhooks.map(async ({ id }) => {
    const { status } = await api.call('PATCH', `/api/v2/webhooks/${id}`, {
      webhook: { name: 'm' },
    });
    answered++;
    return status;
  });
  await eventually('as many as may wait', async () => (await waiting()) === 3);
  const patched = await api.call(
    'PATCH',
    `/api/v2/webhooks/${other.id}`,
    { webhook: { name: 'm' } },
    { token: 'admin-2' },
  );
  expect(patched.status).toBe(204);
  expect([answered, await waiting()]).toEqual([0, 3]);
  await lock.query('rollback');
  expect(new Set(await Promise.all(changes))).toEqual(new Set([204]));
});
