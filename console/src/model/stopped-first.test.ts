import { expect, test } from 'vitest';
import { stoppedFirst } from './stopped-first.ts';

test('stopped jobs come first, then paused ones, and the others stay in their order', () => {
  const states = ['running', 'done', 'paused', 'stopped', 'cancelled', 'paused', 'waiting'];
  const jobs = states.map((state, n) => ({ state, n }));
  expect(stoppedFirst(jobs).map(({ state, n }) => `${state} ${n}`)).toEqual([
    ...['stopped 3', 'paused 2', 'paused 5'],
    ...['running 0', 'done 1', 'cancelled 4', 'waiting 6'],
  ]);
  expect(jobs[0]?.state).toBe('running');
});
