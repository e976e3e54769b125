import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, type DeltaPosition } from './advance.ts';
import { DeltaNumbers } from './delta-numbers.ts';

const at = (number: number, low = 1) => ({ number, low });
const start: DeltaPosition = { next: 1, missing: [], low: 0 };

describe('advance', () => {
  it('uses what it sees, and remembers what it does not', () => {
    expect(advance(start, [at(1), at(4), at(2)])).toEqual({
      numbers: [1, 2, 4],
      next: 5,
      missing: [3],
      low: 1,
    });
    expect(advance({ next: 5, missing: [3], low: 1 }, [at(3), at(5)])).toEqual({
      numbers: [3, 5],
      next: 6,
      missing: [],
      low: 1,
    });
  });

  it('uses nothing twice', () => {
    const position = { next: 5, missing: [3], low: 1 };
    expect(advance(position, [at(2), at(3), at(3, 3), at(4)]).numbers).toEqual([3]);
  });

  it('gives up what an earlier look says was not in flight any more', () => {
    const seen = advance({ next: 5, missing: [2, 3], low: 1 }, [at(5, 3), at(8, 7)]);
    expect(seen).toEqual({ numbers: [5, 8], next: 9, missing: [2, 3, 6, 7], low: 7 });
    expect(advance(seen, [at(3)])).toEqual({ numbers: [3], next: 9, missing: [7], low: 7 });
  });

  it('uses each delta once, whatever is rolled back and however late a commit can be seen', () => {
    const step = fc.record({
      act: fc.constantFrom('take', 'take', 'write', 'roll back', 'read'),
      place: fc.nat(9),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        const numbers = new DeltaNumbers();
        const inFlight: { number: number; low: number }[] = [];
        const visible: { number: number; low: number }[] = [];
        const used: number[] = [];
        let position = start;
        const read = () => {
          const { numbers: found, ...moved } = advance(
            position,
            visible.filter(
              ({ number }) => number >= position.next || position.missing.includes(number),
            ),
          );
          used.push(...found);
          position = moved;
        };
        for (const { act, place } of steps) {
          const [one] = act.startsWith('take')
            ? []
            : inFlight.length === 0
              ? []
              : [inFlight[place % inFlight.length]];
          if (act === 'take') inFlight.push(numbers.take());
          if (act === 'read') read();
          if (one === undefined || act === 'read' || act === 'take') continue;
          inFlight.splice(inFlight.indexOf(one), 1);
          if (act === 'roll back') numbers.rolledBack(one.number);
          else {
            // The commit is seen before its node hears of it.
            visible.push(one);
            numbers.written(one.number);
          }
        }
        read();
        read();
        expect(position.missing.filter((number) => number < position.low)).toEqual([]);
        expect(used.sort((a, b) => a - b)).toEqual(
          visible.map(({ number }) => number).sort((a, b) => a - b),
        );
      }),
    );
  });
});
