import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PROFILES } from '../model/profiles.ts';
import { DAY_MS } from '../model/time-units.ts';
import { keptMs } from './kept-ms.ts';

test('keeps all tables equally long by default', () => {
  const kept = keptMs({
    retentionDays: 7,
    attemptRetentionDays: 7,
    eventRetentionDays: 7,
    rollupRetentionDays: 400,
  });
  const days = 10 * DAY_MS;
  expect(kept).toMatchObject({ event: days, key_block: days, invocation: days, attempt: days });
});

test('keeps events longer than their schedule, attempts longer than events, invocations longest', () => {
  const { scheduleMs, jitter } = PROFILES.durable;
  const longestMs = scheduleMs.reduce((sum, ms) => sum + ms, 0) * (1 + jitter);
  const days = fc.integer({ min: 1, max: 3650 });
  fc.assert(
    fc.property(days, days, days, (...three) => {
      const [eventRetentionDays, attemptRetentionDays, retentionDays] = three.sort(
        (one, other) => one - other,
      ) as [number, number, number];
      const kept = keptMs({
        retentionDays,
        attemptRetentionDays,
        eventRetentionDays,
        rollupRetentionDays: 400,
      });
      expect(kept.event - eventRetentionDays * DAY_MS).toBeGreaterThan(longestMs);
      expect(kept.invocation).toBeGreaterThanOrEqual(kept.attempt);
      if (kept.attempt < kept.invocation) {
        expect(kept.attempt).toBeGreaterThanOrEqual(kept.event + DAY_MS);
      }
    }),
  );
});
