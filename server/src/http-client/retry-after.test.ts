import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const NOW_MS = Date.UTC(2031, 4, 15, 12, 0, 0);
const ask = (value: string) => retryAfterMs(['Date', 'x', 'Retry-After', value], NOW_MS);

describe('retryAfterMs', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 7 ', 7_000],
    ['1.5', 1_500],
    ['Thu, 15 May 2031 12:00:30 GMT', 30_000],
    ['Thursday, 15-May-31 12:00:30 GMT', 30_000],
    ['Thu May 15 12:00:30 2031', 30_000],
    ['Sun Jun  1 00:00:00 2031', 16.5 * 24 * 3_600_000],
    ['Sunday, 01-Jun-31 00:00:00 GMT', 16.5 * 24 * 3_600_000],
    ['Thu, 15 May 2031 12:00:30 UTC', 30_000],
    ['Thu, 15 May 2031 14:00:30 +0200', 30_000],
    ['Thu, 15 May 2031 12:00:60 GMT', 60_000],
    // Of the past century: it would be 51 years ahead otherwise.
    ['Friday, 15-May-82 12:00:30 GMT', 0],
    ['Thursday, 15-May-81 12:00:00 GMT', Date.UTC(2081, 4, 15, 12) - NOW_MS],
    ['Thu, 15 May 2031 11:59:00 GMT', 0],
  ])('takes %j', (value, expected) => {
    expect(ask(value)).toBe(expected);
  });

  it.each([
    '',
    '-5',
    '+5',
    '1e3',
    '0x10',
    '5s',
    '2 weeks',
    'soon',
    '2031-05-15',
    'Thu, 99 May 2031 12:00:30 GMT',
    'Thu, 31 Feb 2031 12:00:30 GMT',
    'Thu May 32 12:00:30 2031',
    'Thu, 15 May 2031 24:00:00 GMT',
    'Thu, 15 May 2031 12:00:30',
    'Thursday, 15-May-31 12:00:30',
    'Thu May 15 12:00:30 31',
    'NaN',
    'Infinity',
    '5, 6',
  ])('makes nothing of %j', (value) => {
    expect(ask(value)).toBeUndefined();
  });

  it('is undefined without the header', () => {
    expect(retryAfterMs([], NOW_MS)).toBeUndefined();
    expect(retryAfterMs(['X-Retry-After', '5'], NOW_MS)).toBeUndefined();
  });

  it('uses the first, whatever the case of its name', () => {
    expect(retryAfterMs(['RETRY-AFTER', '1', 'retry-after', '2'], NOW_MS)).toBe(1_000);
  });

  it('is never negative and never not a number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.date({ noInvalidDate: true }).map(String)), (value) => {
        const asked = ask(value);
        if (asked !== undefined) expect(asked).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
