import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrderedList } from './ordered-list.ts';

const ascending = (one: number, other: number) => one - other;

describe('OrderedList', () => {
  it('holds what was added and not removed, in order', () => {
    const act = fc.record({ add: fc.boolean(), numbers: fc.array(fc.nat(200), { maxLength: 60 }) });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 12 }), (acts) => {
        const list = new OrderedList<number>(ascending);
        const expected = new Set<number>();
        for (const { add, numbers } of acts) {
          for (const number of numbers) {
            if (!add) {
              list.remove(number);
              expected.delete(number);
            } else if (!expected.has(number)) {
              list.add(number);
              expected.add(number);
            }
          }
          expect(list.items).toEqual([...expected].sort(ascending));
        }
      }),
    );
  });

  it('compares a new item with few of many, and sorts nothing again', () => {
    let compared = 0;
    const many = Array.from({ length: 100_000 }, (_, index) => 2 * index);
    const list = new OrderedList<number>((one, other) => {
      compared++;
      return one - other;
    }, many);
    expect(list.items).toHaveLength(100_000);
    compared = 0;
    list.add(77_777);
    list.remove(1_000);
    expect(list.items).toHaveLength(100_000);
    expect(compared).toBeLessThan(40);
    expect(list.items).toHaveLength(100_000);
    expect(compared).toBeLessThan(40);
  });
});
