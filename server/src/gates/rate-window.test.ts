import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Permits, returnPermits, takePermits } from './rate-window.ts';

const LIMIT = { requests: 60, spanMs: 60_000 };
const NOW = 1_900_000_000_000;

describe('takePermits', () => {
  it('grants all at once, and more when the first have expired', () => {
    const first = takePermits([], LIMIT, NOW, 100);
    expect(first.granted).toBe(60);
    expect(first.nextAtMs).toBeGreaterThan(NOW + 60_000);
    expect(first.nextAtMs).toBeLessThanOrEqual(NOW + 60_851);
    expect(takePermits(first.permits, LIMIT, NOW + 60_000, 1).granted).toBe(0);
    expect(takePermits(first.permits, LIMIT, first.nextAtMs, 100).granted).toBe(60);
  });

  it('has one free now if not all are taken', () => {
    const { granted, nextAtMs } = takePermits([], LIMIT, NOW, 59);
    expect([granted, nextAtMs]).toEqual([59, NOW]);
  });

  it('follows a lowered limit', () => {
    const { permits } = takePermits([], LIMIT, NOW, 60);
    const lowered = takePermits(permits, { ...LIMIT, requests: 10 }, NOW + 1, 5);
    expect(lowered.granted).toBe(0);
    expect(lowered.nextAtMs).toBeGreaterThan(NOW + 60_000);
  });

  it('follows a shortened span: earlier permits count for one new span at most', () => {
    const { permits } = takePermits([], { requests: 60, spanMs: 3_600_000 }, NOW, 60);
    const refused = takePermits(permits, LIMIT, NOW + 1_000, 60);
    expect(refused.granted).toBe(0);
    expect(refused.nextAtMs).toBeLessThanOrEqual(NOW + 61_601);
    expect(takePermits(refused.permits, LIMIT, refused.nextAtMs, 60).granted).toBe(60);
  });

  it('never grants more than the limit in any span, and reaches 98 % of it under load', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1_000, max: 120_000 }),
        fc.array(
          fc.record({
            passMs: fc.integer({ min: 0, max: 30_000 }),
            wanted: fc.integer({ min: 1, max: 100 }),
          }),
          { maxLength: 200 },
        ),
        (requests, spanMs, steps) => {
          const limit = { requests, spanMs };
          let nowMs = NOW;
          let permits: Permits = [];
          const given: { atMs: number; count: number }[] = [];
          for (const { passMs, wanted } of steps) {
            nowMs += passMs;
            const grant = takePermits(permits, limit, nowMs, wanted);
            permits = grant.permits;
            expect(permits.length).toBeLessThanOrEqual(103);
            if (grant.granted < wanted) expect(grant.nextAtMs).toBeGreaterThan(nowMs);
            given.push({ atMs: nowMs, count: grant.granted });
          }
          for (const { atMs } of given) {
            const within = given.filter((one) => one.atMs >= atMs && one.atMs <= atMs + spanMs);
            expect(within.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(requests);
          }
        },
      ),
    );
    let permits: Permits = [];
    let total = 0;
    for (let nowMs = NOW; nowMs < NOW + 600_000; nowMs += 100) {
      const grant = takePermits(permits, LIMIT, nowMs, 5);
      permits = grant.permits;
      total += grant.granted;
    }
    expect(total).toBeGreaterThanOrEqual(0.98 * 600);
  });
});

describe('returnPermits', () => {
  it('frees as many as were returned', () => {
    const { permits } = takePermits([], LIMIT, NOW, 60);
    expect(takePermits(returnPermits(permits, 7), LIMIT, NOW + 1, 60).granted).toBe(7);
    expect(returnPermits(permits, 1_000)).toEqual([]);
    expect(returnPermits([], 1)).toEqual([]);
  });

  it('returns the latest first', () => {
    const early = takePermits([], LIMIT, NOW, 10);
    const late = takePermits(early.permits, LIMIT, NOW + 30_000, 10);
    expect(returnPermits(late.permits, 10)).toEqual(early.permits);
  });
});
