import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Unavailable } from '../model/unavailable.ts';
import { GroupCommit } from './group-commit.ts';

/** A writer that the test completes, group by group. */
function byHand(
  limits: Partial<{
    maxItems: number;
    maxBytes: number;
    writers: number;
    eagerItems: number;
    paceMs: number;
  }> = {},
) {
  const groups: { items: readonly string[]; commit(): void; fail(error: Error): void }[] = [];
  const commits = new GroupCommit<string, string>({
    write: (items) =>
      new Promise((resolve, reject) => {
        groups.push({
          items,
          commit: () => resolve(items.map((item) => `${item}!`)),
          fail: reject,
        });
      }),
    sizeOf: (item) => item.length,
    maxItems: 100,
    maxBytes: 1_000,
    writers: 1,
    eagerItems: 1,
    ...limits,
  });
  return { commits, groups };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const items = (groups: { items: readonly string[] }[]) => groups.map((group) => group.items.join());

describe('GroupCommit', () => {
  it('writes the items of one turn as one group, and gives each its own result', async () => {
    const { commits, groups } = byHand();
    const results = Promise.all(['a', 'b', 'c'].map((item) => commits.add(item)));
    await turn();
    expect(items(groups)).toEqual(['a,b,c']);
    groups[0]?.commit();
    expect(await results).toEqual(['a!', 'b!', 'c!']);
  });

  describe('with a pace', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    it('writes the first item at once, and what follows soon as one group', async () => {
      const { commits, groups } = byHand({ paceMs: 20, eagerItems: 4 });
      const results = [commits.add('a')];
      await turn();
      groups[0]?.commit();
      await results[0];
      for (const item of ['b', 'c']) {
        results.push(commits.add(item));
        await turn();
        vi.advanceTimersByTime(9);
      }
      expect(items(groups)).toEqual(['a']);
      vi.advanceTimersByTime(2);
      expect(items(groups)).toEqual(['a', 'b,c']);
      groups[1]?.commit();
      await Promise.all(results);
      vi.advanceTimersByTime(20);
      results.push(commits.add('d'));
      await turn();
      expect(items(groups)).toEqual(['a', 'b,c', 'd']);
      groups[2]?.commit();
      await commits.drained();
    });

    it('lets a large group pass', async () => {
      const { commits, groups } = byHand({ paceMs: 20, eagerItems: 4 });
      const first = commits.add('a');
      await turn();
      groups[0]?.commit();
      await first;
      const results = ['b', 'c', 'd', 'e'].map((item) => commits.add(item));
      await turn();
      expect(items(groups)).toEqual(['a', 'b,c,d,e']);
      groups[1]?.commit();
      await Promise.all(results);
    });

    it('is drained when what waits for its time is written', async () => {
      const { commits, groups } = byHand({ paceMs: 20, eagerItems: 4 });
      const first = commits.add('a');
      await turn();
      groups[0]?.commit();
      await first;
      const second = commits.add('b');
      await turn();
      let isDrained = false;
      void commits.drained().then(() => {
        isDrained = true;
      });
      await turn();
      expect(isDrained).toBe(false);
      vi.advanceTimersByTime(20);
      groups[1]?.commit();
      await second;
      await turn();
      expect(isDrained).toBe(true);
      // With nothing to write, no timer wakes the process.
      expect(vi.getTimerCount()).toBe(0);
    });
  });

  it('collects the items that arrive while a group is written, in order', async () => {
    const { commits, groups } = byHand();
    const results = [commits.add('a')];
    await turn();
    for (const item of ['b', 'c']) results.push(commits.add(item));
    await turn();
    results.push(commits.add('d'));
    await turn();
    expect(items(groups)).toEqual(['a']);
    expect(commits.waiting).toBe(3);
    groups[0]?.commit();
    await results[0];
    await turn();
    expect(items(groups)).toEqual(['a', 'b,c,d']);
    expect(commits.waiting).toBe(0);
    groups[1]?.commit();
    expect(await Promise.all(results)).toEqual(['a!', 'b!', 'c!', 'd!']);
  });

  it('resolves nothing before the commit', async () => {
    const { commits, groups } = byHand();
    let answered = false;
    const result = commits.add('a').then(() => {
      answered = true;
    });
    await turn();
    await turn();
    expect(answered).toBe(false);
    groups[0]?.commit();
    await result;
    expect(answered).toBe(true);
  });

  it('starts a further writer only for enough items', async () => {
    const { commits, groups } = byHand({ writers: 2, eagerItems: 3 });
    const results = [commits.add('a')];
    await turn();
    for (const item of ['b', 'c']) results.push(commits.add(item));
    await turn();
    expect(items(groups)).toEqual(['a']);
    results.push(commits.add('d'));
    await turn();
    expect(items(groups)).toEqual(['a', 'b,c,d']);
    for (const item of ['e', 'f', 'g', 'h']) results.push(commits.add(item));
    await turn();
    expect(groups).toHaveLength(2);
    groups[1]?.commit();
    await turn();
    expect(items(groups)).toEqual(['a', 'b,c,d', 'e,f,g,h']);
    for (const group of groups) group.commit();
    expect(await Promise.all(results)).toHaveLength(8);
  });

  it.each([
    ['items', { maxItems: 2 }, ['a', 'b', 'c', 'd', 'e'], ['a,b', 'c,d', 'e']],
    ['one item', { maxItems: 1 }, ['a', 'b'], ['a', 'b']],
    ['bytes', { maxBytes: 4 }, ['aa', 'bb', 'c', 'ddd', 'e'], ['aa,bb', 'c,ddd', 'e']],
    [
      'bytes, with one that is larger',
      { maxBytes: 3 },
      ['a', 'bbbbb', 'c', 'd'],
      ['a', 'bbbbb', 'c,d'],
    ],
    ['bytes, with a larger one first', { maxBytes: 3 }, ['bbbbb', 'a'], ['bbbbb', 'a']],
  ])('respects the limit of %s', async (_what, limits, given, expected) => {
    const { commits, groups } = byHand(limits);
    const results = given.map((item) => commits.add(item));
    for (let index = 0; index < expected.length; index++) {
      await turn();
      expect(groups).toHaveLength(index + 1);
      groups[index]?.commit();
    }
    expect(await Promise.all(results)).toEqual(given.map((item) => `${item}!`));
    expect(items(groups)).toEqual(expected);
  });

  it('finds the refused item and writes its neighbours, each once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }), async (refused) => {
        const written: number[] = [];
        const commits = new GroupCommit<number, number>({
          write: async (group) => {
            if (group.some((item) => refused[item])) throw new Error(`no to ${group}`);
            written.push(...group);
            return group;
          },
          sizeOf: () => 1,
          maxItems: 16,
          maxBytes: 1_000,
          writers: 2,
          eagerItems: 4,
        });
        const results = await Promise.allSettled(refused.map((_, index) => commits.add(index)));
        for (const [index, result] of results.entries()) {
          expect(result).toMatchObject(
            refused[index]
              ? { status: 'rejected', reason: { message: `no to ${index}` } }
              : { status: 'fulfilled', value: index },
          );
        }
        expect(written.sort((a, b) => a - b)).toEqual(
          refused.flatMap((no, index) => (no ? [] : [index])),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('rejects a whole group with Unavailable, does not write it again, and continues', async () => {
    const { commits, groups } = byHand();
    const results = Promise.allSettled(['a', 'b'].map((item) => commits.add(item)));
    await turn();
    const error = new Unavailable('away');
    groups[0]?.fail(error);
    expect(await results).toEqual([
      { status: 'rejected', reason: error },
      { status: 'rejected', reason: error },
    ]);
    const next = commits.add('c');
    await turn();
    expect(items(groups)).toEqual(['a,b', 'c']);
    groups[1]?.commit();
    expect(await next).toBe('c!');
  });

  it('rejects waiting items with Unavailable, too', async () => {
    const { commits, groups } = byHand({ maxItems: 1 });
    const results = Promise.allSettled(['a', 'b', 'c'].map((item) => commits.add(item)));
    await turn();
    const error = new Unavailable('away');
    groups[0]?.fail(error);
    const rejected = { status: 'rejected', reason: error };
    expect(await results).toEqual([rejected, rejected, rejected]);
    expect(items(groups)).toEqual(['a']);
    await commits.drained();
    expect(commits.bytes).toBe(0);
  });

  it('returns the results of items added together, over several groups', async () => {
    const { commits, groups } = byHand({ maxItems: 2 });
    let settled = false;
    const alone = commits.add('a');
    const together = commits.addAll(['b', 'c', 'd']).finally(() => {
      settled = true;
    });
    await turn();
    groups[0]?.commit();
    expect(await alone).toBe('a!');
    await turn();
    expect(settled).toBe(false);
    groups[1]?.commit();
    expect(await together).toEqual(['b!', 'c!', 'd!']);
    expect(items(groups)).toEqual(['a,b', 'c,d']);
    expect(commits.bytes).toBe(0);
    expect(await commits.addAll([])).toEqual([]);
  });

  it('returns an error for each refused item', async () => {
    const { commits, groups } = byHand({ maxItems: 1, writers: 3 });
    const together = commits.addAll(['a', 'b', 'c']);
    await turn();
    const [no, away] = [new Error('no'), new Unavailable('away')];
    groups[2]?.fail(away);
    groups[0]?.fail(no);
    groups[1]?.commit();
    expect(await together).toEqual([no, 'b!', away]);
  });

  it('is drained when everything is written, and immediately when idle', async () => {
    const { commits, groups } = byHand({ maxItems: 1 });
    await commits.drained();
    const results = ['a', 'b'].map((item) => commits.add(item));
    let drained = false;
    const both = Promise.all([1, 2].map(() => commits.drained())).then(() => {
      drained = true;
    });
    await turn();
    groups[0]?.commit();
    await results[0];
    await turn();
    expect(drained).toBe(false);
    groups[1]?.fail(new Error('no'));
    await expect(results[1]).rejects.toThrow('no');
    await both;
    expect(commits.waiting).toBe(0);
  });

  it('treats a writer that throws synchronously like one that rejects', async () => {
    const commits = new GroupCommit<string, string>({
      write: () => {
        throw new Error('thrown');
      },
      sizeOf: () => 1,
      maxItems: 10,
      maxBytes: 10,
      writers: 1,
      eagerItems: 1,
    });
    await expect(commits.add('a')).rejects.toThrow('thrown');
    await commits.drained();
  });

  describe('between owners', () => {
    /** The owner is an item's first letter; four bytes are light. */
    function shared(
      limits: Partial<ConstructorParameters<typeof GroupCommit<string, string>>[0]> = {},
    ) {
      const groups: { items: readonly string[]; commit(): void }[] = [];
      const commits = new GroupCommit<string, string>({
        write: (group) =>
          new Promise((resolve) => groups.push({ items: group, commit: () => resolve(group) })),
        sizeOf: (item) => item.length,
        maxItems: 100,
        maxBytes: 10,
        writers: 3,
        eagerItems: 2,
        lightBytes: 4,
        ...limits,
      });
      const add = (...given: string[]) => {
        for (const item of given) commits.add(item, item.charCodeAt(0)).catch(() => undefined);
      };
      return { commits, groups, add };
    }

    it('leaves a writer to light ones while a heavy one has all others, and keeps them apart', async () => {
      const { commits, groups, add } = shared();
      add(...Array.from({ length: 20 }, (_, n) => `a${n}bcdefg`));
      await turn();
      expect(groups.map((group) => group.items.length)).toEqual([1, 1]);
      add('b', 'c', 'b');
      await turn();
      expect(items(groups).slice(2)).toEqual(['b,b,c']);
      add('d');
      await turn();
      // No writer is free, and then one that stays free for more light ones.
      expect(groups).toHaveLength(3);
      groups[0]?.commit();
      await turn();
      await turn();
      expect(groups).toHaveLength(3);
      groups[2]?.commit();
      await turn();
      await turn();
      // The light one is first, although it came last.
      expect(items(groups).slice(3)).toEqual(['d']);
      for (let done = 0; done < 30; done++) {
        groups[done]?.commit();
        await turn();
      }
      expect(commits.waiting + commits.bytes).toBe(0);
    });

    it('gives heavy ones turns', async () => {
      const { groups, add } = shared();
      add(...'abc'.split('').flatMap((owner) => Array(3).fill(`${owner}12345678`)));
      for (let done = 0; done < 10; done++) {
        await turn();
        await turn();
        groups[done]?.commit();
      }
      expect(items(groups).map((group) => group[0])).toEqual([...'abcabcabc']);
    });

    it('never keeps a heavy one from writing, however much light ones add', async () => {
      const { groups, add } = shared();
      add('a12345');
      await turn();
      add('a1234567', 'a2345678');
      for (let count = 0; count < 12; count++) {
        add(`b${count}`, `c${count}`, `d${count}`);
        await turn();
        groups[count]?.commit();
        await turn();
      }
      const written = groups.flatMap((group) => group.items);
      expect(written).toContain('a1234567');
      expect(written).toContain('a2345678');
    });

    it('gives light ones no more writers than they may have, and a heavy one the rest', async () => {
      const { groups, add } = shared({ lightWriters: 2 });
      for (let turns = 0; turns < 4; turns++) {
        add('a1', 'b1');
        await turn();
      }
      expect(groups).toHaveLength(2);
      add('c12345');
      await turn();
      expect(items(groups).slice(2)).toEqual(['c12345']);
    });

    describe('of whom the heavy ones yield', () => {
      beforeEach(() => {
        vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
      });
      afterEach(() => vi.useRealTimers());

      const heavy = (count: number) => Array.from({ length: count }, () => 'a');

      it('writes one small group at a time beside light ones, and rests as long as it took', async () => {
        const { groups, add } = shared({ maxBytes: 80, yields: true });
        add('b1');
        await turn();
        groups[0]?.commit();
        add(...heavy(200));
        await turn();
        // The first still has its full size: only with it are there two that write.
        expect(groups.slice(1).map((group) => group.items.length)).toEqual([80]);
        vi.advanceTimersByTime(50);
        groups[1]?.commit();
        await turn();
        add('b2');
        vi.advanceTimersByTime(49);
        await turn();
        expect(items(groups).slice(2)).toEqual(['b2']);
        vi.advanceTimersByTime(1);
        await turn();
        vi.advanceTimersByTime(100);
        await turn();
        expect(groups.slice(3).map((group) => group.items.length)).toEqual([10]);
        groups[3]?.commit();
        await turn();
        expect(groups).toHaveLength(4);
        vi.advanceTimersByTime(100);
        await turn();
        expect(groups.slice(4).map((group) => group.items.length)).toEqual([10]);
      });

      it('writes after a rest whose timer is early by the clock, with nobody else to start it', async () => {
        const { commits, groups, add } = shared({ maxBytes: 80, yields: true });
        add('b1');
        await turn();
        groups[0]?.commit();
        add(...heavy(200));
        await turn();
        vi.advanceTimersByTime(50);
        // The first rest would last for 50 ms, and by this clock never ends; those after it are short.
        const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now());
        while (commits.waiting > 0) {
          const written = groups.length;
          groups.at(-1)?.commit();
          await turn();
          vi.advanceTimersByTime(50);
          await turn();
          expect(groups.length).toBeGreaterThan(written);
        }
        clock.mockRestore();
        groups.at(-1)?.commit();
        await commits.drained();
      });

      it('uses all writers and whole groups while it is alone', async () => {
        const { groups, add } = shared({ maxBytes: 80, yields: true });
        add('b1');
        await turn();
        groups[0]?.commit();
        vi.advanceTimersByTime(1_000);
        add(...heavy(200));
        await turn();
        expect(groups.slice(1).map((group) => group.items.length)).toEqual([80, 80]);
        vi.advanceTimersByTime(50);
        groups[1]?.commit();
        await turn();
        expect(groups.slice(1).map((group) => group.items.length)).toEqual([80, 80, 40]);
      });

      it('takes many small items for heavy too', async () => {
        const { groups, add } = shared({ lightBytes: 1_000, lightItems: 3 });
        add('a', 'a', 'a', 'a', 'b', 'c', 'c');
        await turn();
        expect(items(groups)).toEqual(['b,c,c', 'a,a,a,a']);
      });
    });

    it('has room for each up to its share, and for the first of any size', async () => {
      const { commits, add } = shared({ mostBytes: 80, mostItems: 16 });
      const [a, b] = [97, 98];
      add('a'.repeat(60));
      expect(commits.hasRoom(a, 1, 10)).toBe(true);
      expect(commits.hasRoom(a, 1, 11)).toBe(false);
      expect(commits.hasRoom(b, 1, 1_000)).toBe(true);
      add('b'.repeat(20));
      expect(commits.hasRoom(99, 1, 1)).toBe(false);
      const { commits: few, add: addFew } = shared({ mostBytes: 1_000, mostItems: 16 });
      addFew(...Array(14).fill('a'));
      expect(few.hasRoom(a, 1, 1)).toBe(false);
      expect(few.hasRoom(b, 1, 1)).toBe(true);
    });
  });
});
