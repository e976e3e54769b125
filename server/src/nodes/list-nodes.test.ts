import { hostname } from 'node:os';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestTrail, type TestTrail } from '../testing/test-trail.ts';
import { Heartbeat } from './heartbeat.ts';
import { listNodes } from './list-nodes.ts';

let trail: TestTrail;
beforeAll(async () => {
  trail = await createTestTrail();
});
afterAll(() => trail.drop());

test.each([
  ['two processes', { number: 1, processes: 2 }, ['up', 'other host', 'other port', '#2']],
  ['one process', undefined, ['up', 'other host', 'other port']],
])('a node of %s follows those there were of more, and no others', async (_, place, left) => {
  await trail.sql('delete from node');
  const url = 'http://127.0.0.1:4400';
  const host = hostname();
  const silent = "now() - interval '1 minute'";
  for (const [n, name, of, address, seen] of [
    [1, '', host, url, silent],
    [2, '#1', host, `${url}#1`, silent],
    [3, '#2', host, `${url}#2`, silent],
    [4, '#3', host, `${url}#3`, silent],
    [5, '#12', host, `${url}#12`, silent],
    [6, 'up', host, `${url}#4`, 'now()'],
    [7, 'other host', 'elsewhere', `${url}#3`, silent],
    [8, 'other port', host, `${url}0#3`, silent],
  ]) {
    await trail.sql(
      `insert into node values (lpad($1, 32, '0')::uuid, now(), ${seen}, $2, $3, $4, '{}')`,
      [String(n), name, of, address],
    );
  }
  const heartbeat = new Heartbeat({
    ...{ clock: { now: Date.now }, database: trail.database, version: 'new' },
    ...{ load: () => ({}) as never, log: pino({ level: 'silent' }) },
  });
  await heartbeat.start(url, place);
  const rows = await trail.sql<{ version: string }>('select version from node');
  expect(rows.map(({ version }) => version).sort()).toEqual([...left, 'new'].sort());
  await heartbeat.stop();
  await trail.sql('delete from node');
});

test('shows the nodes that are up, however many were killed within the day', async () => {
  await trail.sql(
    `insert into node
    select lpad(n::text, 32, '0')::uuid, now(), now() - n * interval '1 minute', '1', 'killed-' || n, 'a', '{}'
    from generate_series(1, 1100) n`,
  );
  await trail.sql(
    `insert into node values (lpad('', 32, 'f')::uuid, now(), now(), '1', 'up', 'a', '{}')`,
  );
  const nodes = await listNodes(trail.database);
  expect(nodes).toHaveLength(1_000);
  // Oldest first.
  expect(nodes.at(-1)).toMatchObject({ host: 'up', state: 'up' });
  expect(nodes[0]).toMatchObject({ host: 'killed-1', state: 'missing' });
  expect(nodes.map(({ host }) => host)).not.toContain('killed-1000');
});

test.each([
  ['30 seconds', 'up'],
  ['30.001 seconds', 'missing'],
])('a node that was not heard for %s is %s', async (silence, state) => {
  await trail.sql('delete from node');
  // In one transaction, in which the time stands still.
  const nodes = await trail.database.transaction(async (runner) => {
    const text = `insert into node
    values (lpad('', 32, 'a')::uuid, now(), now() - $1::interval, '1', 'h', 'a', '{}')`;
    const insert = { name: 'insert-silent-node', text, values: () => [silence] };
    await runner.run(insert, undefined);
    return await listNodes(runner);
  });
  expect(nodes).toMatchObject([{ host: 'h', state }]);
});
