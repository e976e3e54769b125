import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextWatch, type Watch } from './next-watch.ts';

const RULE = { holdSeconds: 60, resolveSeconds: 120 };
const bad = { isBad: true, sinceMs: undefined };
const good = { isBad: false, sinceMs: undefined };

/** Evaluates at times in seconds, and returns what happened at each. */
function run(
  rule: typeof RULE,
  steps: readonly (readonly [number, boolean])[],
): { readonly events: string[]; readonly last: Watch | undefined } {
  const events: string[] = [];
  let watch: Watch | undefined;
  for (const [second, isBad] of steps) {
    const next = nextWatch(watch, isBad ? bad : good, rule, second * 1_000);
    watch = next.watch;
    if (next.transition !== undefined) events.push(`${second} ${next.transition}`);
  }
  return { events, last: watch };
}

describe('an episode', () => {
  it('opens after the hold, and resolves after it was good for long enough', () => {
    const { events } = run(RULE, [
      [0, true],
      [59, true],
      [60, true],
      [75, true],
      [90, false],
      [209, false],
      [210, false],
    ]);
    expect(events).toEqual(['60 opened', '210 resolved']);
  });

  it('that is good before the hold is over begins again', () => {
    const { events } = run(RULE, [
      [0, true],
      [45, false],
      [50, true],
      [100, true],
      [110, true],
    ]);
    expect(events).toEqual(['110 opened']);
  });

  it('that goes up and down is one', () => {
    const steps = Array.from({ length: 200 }, (_, n) => [15 * n, n % 7 !== 6] as const);
    expect(run(RULE, steps).events).toEqual(['60 opened']);
  });

  it('opens at once without a hold, or when the facts say since when', () => {
    expect(nextWatch(undefined, bad, { ...RULE, holdSeconds: 0 }, 5).transition).toBe('opened');
    const known = { isBad: true, sinceMs: 1_000 };
    expect(nextWatch(undefined, known, RULE, 61_000)).toEqual({
      watch: { badSinceMs: 1_000, goodSinceMs: undefined, isOpen: true },
      transition: 'opened',
    });
    // A time in the future is none.
    const later = nextWatch(undefined, { isBad: true, sinceMs: 9_000 }, RULE, 5_000);
    expect(later.watch?.badSinceMs).toBe(5_000);
  });

  it('opens and resolves in turns, never before hold and resolve are over', () => {
    const times = fc.array(fc.tuple(fc.integer({ min: 1, max: 100 }), fc.boolean()), {
      maxLength: 60,
    });
    const rules = fc.record({
      holdSeconds: fc.integer({ min: 0, max: 200 }),
      resolveSeconds: fc.integer({ min: 0, max: 200 }),
    });
    fc.assert(
      fc.property(times, rules, (deltas, rule) => {
        let second = 0;
        let watch: Watch | undefined;
        let isOpen = false;
        /** Since when the last evaluations were all alike. */
        let alike: { isBad: boolean; since: number } | undefined;
        for (const [delta, isBad] of deltas) {
          second += delta;
          if (alike?.isBad !== isBad) alike = { isBad, since: second };
          const next = nextWatch(watch, isBad ? bad : good, rule, second * 1_000);
          const run = second - alike.since;
          if (next.transition === 'opened') {
            expect([isOpen, isBad]).toEqual([false, true]);
            expect(run).toBeGreaterThanOrEqual(rule.holdSeconds);
            isOpen = true;
          } else if (next.transition === 'resolved') {
            expect([isOpen, isBad]).toEqual([true, false]);
            expect(run).toBeGreaterThanOrEqual(rule.resolveSeconds);
            isOpen = false;
          } else if (isBad && !isOpen) expect(run).toBeLessThan(rule.holdSeconds);
          else if (!isBad && isOpen) expect(run).toBeLessThan(rule.resolveSeconds);
          watch = next.watch;
          expect(watch?.isOpen ?? false).toBe(isOpen);
        }
      }),
    );
  });
});
