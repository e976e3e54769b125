import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestTrail, type TestTrail } from '../testing/test-trail.ts';
import { listNodes } from './list-nodes.ts';

let trail: TestTrail;
beforeAll(async () => {
  trail = await createTestTrail();
});
afterAll(() => trail.drop());

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
