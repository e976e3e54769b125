import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startingOrder } from './starting-order.ts';

test('slow files start first, one that waits before two that compute, then those with a process of their own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hooktrail-order-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [plain, own, last] = ['a', 'b', 'c'].map((name) => join(folder, `${name}.test.ts`));
  for (const path of [plain, last]) await writeFile(path as string, '');
  await writeFile(own as string, 'vi.useFakeTimers();');
  const slow = (path: string) => `/clone/${path}.test.ts`;
  const order = startingOrder([
    plain as string,
    slow('server/src/faults/standby'),
    slow('console/src/console'),
    slow('cli/src/command'),
    own as string,
    slow('bench/src/smoke'),
    slow('server/src/faults/partition'),
    slow('torture/src/torture'),
    slow('server/src/keep/partitions'),
    slow('server/src/sql/plans'),
    last as string,
  ]);
  expect(order).toEqual([
    ...['torture/src/torture', 'console/src/console', 'cli/src/command'].map(slow),
    ...['server/src/faults/partition', 'bench/src/smoke', 'server/src/keep/partitions'].map(slow),
    ...['server/src/faults/standby', 'server/src/sql/plans'].map(slow),
    ...[own, plain, last],
  ]);
});

test('without slow files, or with those that wait alone, every file starts once', () => {
  expect(startingOrder([])).toEqual([]);
  const waiting = ['a', 'b', 'c', 'd'].map((name) => `/clone/server/src/faults/${name}.test.ts`);
  expect(startingOrder(waiting)).toEqual(waiting);
});
