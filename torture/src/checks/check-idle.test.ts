import { expect, test } from 'vitest';
import { checkIdle } from './check-idle.ts';

const idle = {
  seconds: 10,
  transactions: 60,
  cpuSeconds: [0.1, undefined],
  waiting: 0,
  leased: 0,
};

test('accepts the sweeps of idle nodes', () => {
  expect(checkIdle(idle, 1)).toEqual([]);
  expect(checkIdle({ ...idle, transactions: 300 }, 2)).toEqual([]);
});

test('reports idle nodes that use the database, the processor, or hold leases', () => {
  expect(checkIdle({ ...idle, transactions: 400 }, 1)).toEqual([
    'the idle nodes made 40.0 transactions a second',
  ]);
  expect(checkIdle({ ...idle, cpuSeconds: [0.1, 6] }, 1)).toEqual([
    'idle node 2 took 60 % of a core',
  ]);
  expect(checkIdle({ ...idle, leased: 1 }, 1)).toEqual([
    '0 invocations wait and 1 are leased on idle nodes',
  ]);
});
