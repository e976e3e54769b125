import { describe, expect, test } from 'vitest';
import { TokenBuckets } from './token-buckets.ts';

describe('token buckets', () => {
  let nowMs = 0;
  const now = () => nowMs;

  test('allow a burst, then the refill rate, and never store more than a burst', () => {
    const buckets = new TokenBuckets({ perMinute: 6, burst: 3, capacity: 10, now });
    const taken = () => buckets.take('a');
    expect([taken(), taken(), taken()].map(({ remaining }) => remaining)).toEqual([2, 1, 0]);
    expect(taken()).toEqual({
      allowed: false,
      remaining: 0,
      retryAfterSeconds: 10,
      firstRefusal: true,
    });
    nowMs += 4_000;
    expect(taken()).toMatchObject({ allowed: false, retryAfterSeconds: 6, firstRefusal: false });
    nowMs += 6_000;
    expect(taken().allowed).toBe(true);
    expect(taken()).toMatchObject({ allowed: false, firstRefusal: true });
    nowMs += 3_600_000;
    expect(taken().remaining).toBe(2);
  });

  test('are separate per key, and the least recently used is evicted', () => {
    const buckets = new TokenBuckets({ perMinute: 1, burst: 1, capacity: 3, now });
    for (const key of ['a', 'b', 'c']) expect(buckets.take(key).allowed).toBe(true);
    expect(buckets.take('a').allowed).toBe(false); // now the most recently used
    expect(buckets.take('d').allowed).toBe(true); // evicts b
    expect(buckets.size).toBe(3);
    expect(buckets.take('a').allowed).toBe(false);
    expect(buckets.take('b').allowed).toBe(true);
    for (let n = 0; n < 1_000; n++) buckets.take(`key ${n}`);
    expect(buckets.size).toBe(3);
  });
});
