import { describe, expect, it } from 'vitest';
import { lookWaitMs } from './look-wait-ms.ts';

describe('lookWaitMs', () => {
  it('is 50 ms beside a processor that is idle, and 200 on a full machine', () => {
    const look = { items: 100, spanMs: 50 };
    expect(lookWaitMs(false, look)).toBe(50);
    expect(lookWaitMs(true, look)).toBe(200);
    expect(lookWaitMs(true, { items: 0, spanMs: 2_000 })).toBe(200);
  });

  it('lets no more items come than a reader has room for', () => {
    // 8 items a millisecond.
    expect(lookWaitMs(true, { items: 400, spanMs: 50 })).toBe(100);
    expect(lookWaitMs(true, { items: 1_600, spanMs: 200 })).toBe(100);
    expect(lookWaitMs(true, { items: 100_000, spanMs: 200 })).toBe(50);
  });
});
