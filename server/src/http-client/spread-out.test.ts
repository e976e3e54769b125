import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { spreadOut } from './spread-out.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('runs the first immediately, and the others one per interval, in order', () => {
  const doSpreadOut = spreadOut(2, 64);
  const done: number[] = [];
  for (let count = 0; count < 4; count++) doSpreadOut(() => done.push(count));
  expect(done).toEqual([0]);
  vi.advanceTimersByTime(2);
  expect(done).toEqual([0, 1]);
  vi.advanceTimersByTime(4);
  expect(done).toEqual([0, 1, 2, 3]);
});

test('runs more at a time when more wait', () => {
  const doSpreadOut = spreadOut(2, 64);
  let done = 0;
  for (let count = 0; count < 4_097; count++) doSpreadOut(() => done++);
  vi.advanceTimersByTime(2);
  expect(done).toBe(1 + 64);
  vi.advanceTimersByTime(1_000);
  expect(done).toBe(4_097);
});

test('queues new work behind waiting work, and runs it immediately after a pause', () => {
  const doSpreadOut = spreadOut(2, 64);
  const done: string[] = [];
  doSpreadOut(() => {
    done.push('first');
    doSpreadOut(() => done.push('second'));
  });
  doSpreadOut(() => done.push('third'));
  vi.advanceTimersByTime(2);
  expect(done).toEqual(['first', 'second']);
  vi.advanceTimersByTime(4);
  expect(done).toEqual(['first', 'second', 'third']);
  expect(vi.getTimerCount()).toBe(0);
  doSpreadOut(() => done.push('alone'));
  expect(done.at(-1)).toBe('alone');
});

test('a failure does not hold up the rest', () => {
  const doSpreadOut = spreadOut(2, 64);
  const done: string[] = [];
  doSpreadOut(() => done.push('first'));
  doSpreadOut(() => {
    throw new Error('failed');
  });
  doSpreadOut(() => done.push('third'));
  expect(() => vi.advanceTimersByTime(2)).toThrow('failed');
  vi.advanceTimersByTime(2);
  expect(done).toEqual(['first', 'third']);
});
