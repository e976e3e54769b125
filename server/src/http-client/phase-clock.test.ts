import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PhaseClock } from './phase-clock.ts';

let nowMs = 1_000;
beforeEach(() => {
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
});
afterEach(() => {
  vi.restoreAllMocks();
});

it('goes forward only: a write may be reported after the answer to it', () => {
  const clock = new PhaseClock();
  clock.enter('request');
  nowMs += 3;
  clock.enter('first_byte');
  clock.enter('body');
  nowMs += 4;
  clock.enter('first_byte');
  nowMs += 5;
  expect(clock.end()).toBe(12);
  expect(clock.times).toEqual([-1, -1, -1, -1, 3, 0, 9]);
});

it('adds up to the whole, whatever is rounded', () => {
  const clock = new PhaseClock();
  for (const phase of ['dns', 'connect', 'tls', 'request', 'first_byte', 'body'] as const) {
    clock.enter(phase);
    nowMs += 0.4;
  }
  expect(clock.end()).toBe(2);
  const times = clock.times?.filter((ms) => ms >= 0) ?? [];
  expect(times.reduce((sum, ms) => sum + ms, 0)).toBe(2);
});

it('has none before the first begins', () => {
  const clock = new PhaseClock();
  nowMs += 7;
  expect(clock.end()).toBe(7);
  expect(clock.times).toBeUndefined();
});
