import fc from 'fast-check';
import { expect, test } from 'vitest';
import { strictestLimit } from './strictest-limit.ts';

const MINUTE = 60_000;

test.each([
  [{ requests: 600, spanMs: MINUTE }, { requests: 100, spanMs: MINUTE }, 100, MINUTE],
  [{ requests: 10, spanMs: 1_000 }, { requests: 1_200, spanMs: MINUTE }, 10, 1_000],
  [{ requests: 10, spanMs: 3_600_000 }, { requests: 100, spanMs: MINUTE }, 10, 3_600_000],
  [{ requests: 6_000, spanMs: 3_600_000 }, { requests: 60, spanMs: MINUTE }, 60, MINUTE],
  [{ requests: 5, spanMs: 1_000 }, { requests: 10, spanMs: MINUTE }, 5, MINUTE],
])('of %j and %j it is %i in %i ms', (own, allowed, requests, spanMs) => {
  expect(strictestLimit(own, allowed)).toEqual({ requests, spanMs });
});

test('keeps both limits, whatever they are, and lets something through', () => {
  const limit = fc.record({
    requests: fc.integer({ min: 1, max: 100_000 }),
    spanMs: fc.integer({ min: 1, max: 3_600 }).map((seconds) => seconds * 1_000),
  });
  fc.assert(
    fc.property(limit, limit, (one, other) => {
      const { requests, spanMs } = strictestLimit(one, other);
      expect(requests).toBeGreaterThanOrEqual(1);
      for (const kept of [one, other]) {
        expect(requests * Math.ceil(kept.spanMs / spanMs)).toBeLessThanOrEqual(kept.requests);
      }
    }),
  );
});
