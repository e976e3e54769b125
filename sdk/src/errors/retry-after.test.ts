import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

describe('retryAfterMs', () => {
  beforeEach(() => {
    // Where a date without a zone would be five hours off.
    vi.stubEnv('TZ', 'America/New_York');
    vi.useFakeTimers({ now: Date.parse('2024-02-29T12:00:00Z') });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
  });

  it.each([
    ['3', 3000],
    ['0', 0],
    ['0.25', 250],
    [' 2 ', 2000],
    ['1e9', 1e12],
    ['-5', 0],
    ['Thu, 29 Feb 2024 12:00:07 GMT', 7000],
    ['Thu, 29 Feb 2024 11:00:00 GMT', 0],
    ['2024-02-29T12:00:01.500Z', 1500],
    ['Thu Feb 29 12:00:07 2024', 7000],
    ['Thursday, 29-Feb-24 12:00:07 GMT', 7000],
  ])('reads %j as %d ms', (value, ms) => {
    expect(retryAfterMs(value)).toBe(ms);
  });

  it.each([[null], [''], ['soon'], ['NaN'], ['3 s']])('ignores %j', (value) => {
    expect(retryAfterMs(value)).toBeUndefined();
  });
});
