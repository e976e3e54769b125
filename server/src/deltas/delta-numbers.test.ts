import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeltaNumbers } from './delta-numbers.ts';

describe('DeltaNumbers', () => {
  it('counts up, and says which is the lowest in flight', () => {
    const numbers = new DeltaNumbers();
    expect(numbers.take()).toEqual({ number: 1, low: 1 });
    expect(numbers.take()).toEqual({ number: 2, low: 1 });
    numbers.written(1);
    expect(numbers.take()).toEqual({ number: 3, low: 2 });
    numbers.written(3);
    numbers.written(2);
    expect(numbers.take()).toEqual({ number: 4, low: 4 });
  });

  it('takes a number that was rolled back again, unless a later one may have been written', () => {
    const numbers = new DeltaNumbers();
    for (let failures = 0; failures < 3; failures++) {
      expect(numbers.take().number).toBe(1);
      numbers.rolledBack(1);
    }
    for (let count = 0; count < 4; count++) numbers.take();
    numbers.rolledBack(2);
    numbers.rolledBack(3);
    expect(numbers.take()).toEqual({ number: 5, low: 1 });
    numbers.rolledBack(5);
    numbers.rolledBack(4);
    expect(numbers.take()).toEqual({ number: 2, low: 1 });
    numbers.take();
    numbers.rolledBack(2);
    numbers.written(3);
    expect(numbers.take()).toEqual({ number: 4, low: 1 });
  });

  it('never gives a number twice that was written, nor says of one in flight that it is not', () => {
    const outcomes = fc.array(fc.tuple(fc.nat(7), fc.boolean()), { maxLength: 200 });
    fc.assert(
      fc.property(outcomes, (steps) => {
        const numbers = new DeltaNumbers();
        const inFlight: number[] = [];
        const written = new Map<number, number>();
        const lows = new Map<number, number>();
        for (const [place, succeeds] of steps) {
          if (inFlight.length < 4 || place > 3) {
            const { number, low } = numbers.take();
            expect(written.has(number) || inFlight.includes(number)).toBe(false);
            expect(low).toBe(Math.min(number, ...inFlight));
            // A reader has given up what is below the low of something written.
            for (const [, seen] of written) expect(number).toBeGreaterThanOrEqual(seen);
            inFlight.push(number);
            lows.set(number, low);
          } else {
            const [number] = inFlight.splice(place % inFlight.length, 1) as [number];
            if (succeeds) {
              numbers.written(number);
              written.set(number, lows.get(number) as number);
            } else numbers.rolledBack(number);
          }
        }
      }),
    );
  });
});
