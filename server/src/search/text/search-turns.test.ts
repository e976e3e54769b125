import { expect, it } from 'vitest';
import { SearchTurns } from './search-turns.ts';
import { TooManySearches } from './too-many-searches.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Searches that run until they are ended. */
function scene(most: number) {
  const turns = new SearchTurns(most);
  const running = new Map<string, () => void>();
  const begun: string[] = [];
  const search = (accountId: number, name: string, signal = new AbortController().signal) =>
    turns.run(accountId, signal, () => {
      begun.push(name);
      return new Promise<void>((resolve) => {
        running.set(name, () => {
          running.delete(name);
          resolve();
        });
      });
    });
  return { begun, running, search };
}

it('runs one search of an account at a time, and gives the others their turns', async () => {
  const { begun, running, search } = scene(3);
  const all = ['a1', 'a2', 'a3'].map((name) => search(1, name));
  all.push(search(2, 'b1'), search(3, 'c1'), search(4, 'd1'));
  await settle();
  expect(begun).toHaveLength(3);
  expect(begun.filter((name) => name.startsWith('a'))).toEqual(['a1']);
  while (running.size > 0) {
    expect([...running.keys()].filter((name) => name.startsWith('a')).length).toBeLessThan(2);
    running.values().next().value?.();
    await settle();
  }
  await Promise.all(all);
  expect(begun.filter((name) => name.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
  expect(begun).toHaveLength(6);
});

it('refuses the search that comes when eight of its account wait', async () => {
  const { running, search } = scene(3);
  const all = Array.from({ length: 9 }, (_, n) => search(1, `a${n}`));
  await expect(search(1, 'more')).rejects.toThrow(TooManySearches);
  const other = search(2, 'b');
  await settle();
  expect([...running.keys()]).toEqual(['a0', 'b']);
  while (running.size > 0) {
    running.values().next().value?.();
    await settle();
  }
  await Promise.all([...all, other]);
});

it('lets go who leaves the line, and whom it has not begun', async () => {
  const { begun, running, search } = scene(1);
  const [waiting, next] = [new AbortController(), new AbortController()];
  const first = search(1, 'a1');
  const left = search(1, 'a2', waiting.signal);
  const third = search(1, 'a3');
  const other = search(2, 'b1', next.signal);
  await settle();
  waiting.abort(new Error('gone'));
  next.abort(new Error('gone too'));
  await expect(left).rejects.toThrow('gone');
  await expect(other).rejects.toThrow('gone too');
  running.get('a1')?.();
  await first;
  await settle();
  expect(begun).toEqual(['a1', 'a3']);
  running.get('a3')?.();
  await third;
});
