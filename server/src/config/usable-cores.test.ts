import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { usableCores } from './usable-cores.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hooktrail-cgroup-'));
  await mkdir(join(root, 'cpu'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test.each([
  ['200000 100000', 2],
  ['250000 100000', 2],
  ['50000 100000', 1],
  ['max 100000', 64],
  ['nonsense', 64],
  ['9900000 100000', 64],
])('a control group with cpu.max %j gives %i of 64', async (content, cores) => {
  await writeFile(join(root, 'cpu.max'), `${content}\n`);
  expect(usableCores(root, 64)).toBe(cores);
});

test.each([
  ['400000', 4],
  ['-1', 64],
])(
  'a control group of the first version with a quota of %s gives %i of 64',
  async (quota, cores) => {
    await writeFile(join(root, 'cpu', 'cpu.cfs_quota_us'), `${quota}\n`);
    await writeFile(join(root, 'cpu', 'cpu.cfs_period_us'), '100000\n');
    expect(usableCores(root, 64)).toBe(cores);
  },
);

test('without a limit all processors count', () => {
  expect(usableCores(root, 64)).toBe(64);
  expect(usableCores()).toBeGreaterThanOrEqual(1);
  expect(usableCores()).toBeLessThanOrEqual(availableParallelism());
});
