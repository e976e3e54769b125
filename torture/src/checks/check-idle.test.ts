import { expect, test } from 'vitest';
import { checkIdle } from './check-idle.ts';

const idle = {
  seconds: 10,
  transactions: 60,
  cpuSeconds: [0.1, undefined],
  waiting: 0,
  leased: 0,
};

test('idle nodes look now and then', () => {
  expect(checkIdle(idle)).toEqual([]);
});

test('nodes that are busy with nothing', () => {
  expect(checkIdle({ ...idle, transactions: 400 })).toEqual([
    'the idle nodes made 40.0 transactions a second',
  ]);
  expect(checkIdle({ ...idle, cpuSeconds: [0.1, 6] })).toEqual(['idle node 2 took 60 % of a core']);
  expect(checkIdle({ ...idle, leased: 1 })).toEqual([
    '0 invocations wait and 1 are leased, with nothing going on',
  ]);
});
