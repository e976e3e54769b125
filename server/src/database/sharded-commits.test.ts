import { describe, expect, it } from 'vitest';
import { Unavailable } from '../model/unavailable.ts';
import { ShardedCommits } from './sharded-commits.ts';

const options = {
  sizeOf: (item: string) => item.length,
  maxItems: 100,
  maxBytes: 1_000,
  writers: 2,
  eagerItems: 12,
};

/** The shard of an item is its first letter; `?` belongs to several. */
const shardOf = (item: string) => (item[0] === '?' ? undefined : item.charCodeAt(0));

/** A writer that fails for a shard. */
function commitsOf(broken?: string) {
  const groups: string[] = [];
  const commits = new ShardedCommits<string, string>({
    ...options,
    shardOf,
    async write(items) {
      groups.push(items.join());
      if (items[0]?.[0] === broken) throw new Unavailable('gone');
      return items.map((item) => `${item}!`);
    },
  });
  return { commits, groups };
}

describe('ShardedCommits', () => {
  it('writes items of one shard together, and those of several by themselves', async () => {
    const { commits, groups } = commitsOf();
    const results = await Promise.all(['a1', 'b1', '?1', 'a2'].map((item) => commits.add(item)));
    expect(results).toEqual(['a1!', 'b1!', '?1!', 'a2!']);
    expect(groups).toEqual(['a1,a2', 'b1', '?1']);
  });

  it('gives items added together their own results, in order', async () => {
    const { commits, groups } = commitsOf();
    expect(await commits.addAll(['b1', 'a1', '?1', 'b2'])).toEqual(['b1!', 'a1!', '?1!', 'b2!']);
    expect(groups).toEqual(['b1,b2', 'a1', '?1']);
    expect(await commits.addAll([])).toEqual([]);
  });

  it('fails the items of a shard that is gone, and no other', async () => {
    const { commits } = commitsOf('b');
    const [a, b, other] = await commits.addAll(['a1', 'b1', '?1']);
    expect([a, other]).toEqual(['a1!', '?1!']);
    expect(b).toBeInstanceOf(Unavailable);
    await commits.drained();
    expect(commits.use().bytes.used).toBe(0);
  });

  it('counts what waits of all shards against one room', async () => {
    const waiting: (() => void)[] = [];
    const commits = new ShardedCommits<string, string>({
      ...options,
      shardOf,
      mostItems: 100,
      mostBytes: 8,
      write: async (items) => {
        await new Promise<void>((resolve) => waiting.push(resolve));
        return items;
      },
    });
    expect(commits.hasRoom(1, 1, 8)).toBe(true);
    const added = commits.addAll(['aaaa', 'bbbb'], 1);
    expect(commits.hasRoom(1, 1, 1)).toBe(false);
    await new Promise((resolve) => setImmediate(resolve));
    for (const resolve of waiting) resolve();
    expect(await added).toEqual(['aaaa', 'bbbb']);
    await commits.drained();
    expect(commits.hasRoom(1, 1, 8)).toBe(true);
  });

  it('is one group without shards', async () => {
    const groups: string[] = [];
    const commits = new ShardedCommits<string, string>({
      ...options,
      write: async (items) => {
        groups.push(items.join());
        return items;
      },
    });
    await Promise.all([commits.add('a'), commits.add('b'), commits.addAll(['c', 'a'])]);
    expect(groups).toEqual(['a,b,c,a']);
  });
});
