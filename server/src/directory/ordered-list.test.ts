import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrderedList } from './ordered-list.ts';

const ascending = (one: number, other: number) => one - other;

/** What runs between turns of the event loop, until the work is done. */
async function eachTurn<Result>(work: Promise<Result>, run: () => void): Promise<Result> {
  let working = true;
  const next = () => {
    run();
    if (working) setImmediate(next);
  };
  setImmediate(next);
  try {
    return await work;
  } finally {
    working = false;
  }
}

describe('OrderedList', () => {
  it('holds what was added and not removed, in order', async () => {
    const act = fc.record({
      add: fc.boolean(),
      numbers: fc.array(fc.nat(200), { maxLength: 60 }),
      read: fc.boolean(),
    });
    const start = fc.uniqueArray(fc.nat(200));
    await fc.assert(
      fc.asyncProperty(start, fc.array(act, { maxLength: 12 }), async (first, acts) => {
        const list = new OrderedList<number>(ascending, first);
        const expected = new Set<number>(first);
        if (acts[0]?.read) await list.items();
        // Without a read first, the list has not read its first items: they are not to be removed.
        const mayRemove = (number: number) => acts[0]?.read || !first.includes(number);
        for (const { add, numbers, read } of acts) {
          for (const number of numbers) {
            if (!add && mayRemove(number)) {
              list.remove(number);
              expected.delete(number);
            } else if (add) {
              list.add(number);
              expected.add(number);
            }
          }
          if (read) expect(await list.items()).toEqual([...expected].sort(ascending));
        }
        expect(await list.items()).toEqual([...expected].sort(ascending));
      }),
    );
  });

  it('keeps the last of those that compare equal', async () => {
    const byKey = (one: { key: number }, other: { key: number }) => one.key - other.key;
    for (const count of [1, 100]) {
      const list = new OrderedList(byKey, [{ key: 0, name: 'first' }]);
      await list.items();
      for (let name = 0; name < count; name++) {
        list.remove({ key: 0, name: 'any' });
        list.add({ key: 0, name: `${name}` });
      }
      expect(await list.items()).toEqual([{ key: 0, name: `${count - 1}` }]);
    }
  });

  it('compares a new item with few of many, and sorts nothing again', async () => {
    let compared = 0;
    const many = Array.from({ length: 100_000 }, (_, index) => 2 * index);
    const list = new OrderedList<number>((one, other) => {
      compared++;
      return one - other;
    }, many);
    expect(await list.items()).toHaveLength(100_000);
    compared = 0;
    list.add(77_777);
    list.remove(1_000);
    expect(await list.items()).toHaveLength(100_000);
    expect(compared).toBeLessThan(40);
    expect(await list.items()).toHaveLength(100_000);
    expect(compared).toBeLessThan(40);
  });

  it.each([
    ['sorts many for the first time', 0],
    ['sorts many in later', 50_000],
  ])('%s in short turns, while more come and go', async (_, before) => {
    let compared = 0;
    let most = 0;
    let read = 0;
    const scattered = (index: number) => (index * 7_919) % 100_003;
    const numbers = Array.from({ length: 100_000 }, (_, index) => scattered(index));
    function* source() {
      for (const number of numbers.slice(before)) {
        read++;
        yield number;
      }
    }
    const list = new OrderedList<number>((one, other) => {
      compared++;
      return one - other;
    }, source());
    if (before > 0) await list.items();
    for (const number of numbers.slice(0, before)) list.add(number);
    const expected = new Set(numbers);
    let turns = 0;
    compared = 0;
    read = 0;
    const turn = () => {
      most = Math.max(most, compared + read);
      compared = 0;
      read = 0;
      const gone = numbers[before + turns] as number;
      list.remove(gone);
      expected.delete(gone);
      list.add(200_000 + turns);
      expected.add(200_000 + turns);
      turns++;
    };
    // A few changes, so that the reads catch up with them.
    const reading = Promise.all([list.items(), list.items()]);
    const [items, same] = await eachTurn(reading, () => {
      if (turns < 30) turn();
      else {
        most = Math.max(most, compared + read);
        compared = 0;
        read = 0;
      }
    });
    expect(turns).toBe(30);
    expect(same).toBe(items);
    expect(items).toEqual([...expected].sort(ascending));
    // 1,000 items take about 10,000 comparisons, and a turn merges 10,000.
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(22_000);
  });
});
