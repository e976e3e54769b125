import { describe, expect, it } from 'vitest';
import { newId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import type { Shards } from '../model/shards.ts';
import { idOnShard } from './id-on-shard.ts';

const NOW_MS = Date.UTC(2026, 10, 30);

/** Lanes by their remainder. */
const shardsOf = (count: number): Shards => ({
  of: (lanes) => {
    const found = new Set([...lanes].map((lane) => lane % count));
    return found.size === 1 ? ([...found][0] as number) : undefined;
  },
});

const webhook = (status: 'active' | 'inactive' = 'active') => ({ id: newId(NOW_MS), status });

describe('idOnShard', () => {
  it.each([2, 8, 32])('draws an id on the shard of its webhooks, of %i', (count) => {
    const shards = shardsOf(count);
    for (let tries = 0; tries < 200; tries++) {
      const one = webhook();
      const id = idOnShard(shards, [one], () => newId(NOW_MS));
      expect(shards.of([laneOf(id), laneOf(one.id)])).toBeDefined();
    }
  });

  it('draws one where webhooks are on several shards, none is active, or no id fits', () => {
    const draws = (shards: Shards, webhooks: readonly ReturnType<typeof webhook>[]) => {
      let drawn = 0;
      idOnShard(shards, webhooks, () => {
        drawn++;
        return newId(NOW_MS);
      });
      return drawn;
    };
    const many = Array.from({ length: 100 }, () => webhook());
    expect(draws(shardsOf(8), many)).toBe(1);
    expect(draws(shardsOf(8), [webhook('inactive')])).toBe(1);
    let asked = 0;
    expect(draws({ of: () => asked++ }, [webhook()])).toBe(256);
  });
});
