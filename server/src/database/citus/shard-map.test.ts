import { describe, expect, it } from 'vitest';
import { LANES } from '../../model/lanes.ts';
import { type Placement, ShardMap } from './shard-map.ts';

const place = (
  table: string,
  shardId: number,
  from: number | null,
  machine: string,
): Placement => ({
  table,
  shardId,
  from,
  machine,
});

const placements = [
  place('event', 11, -2, 'a:1'),
  place('event', 12, 0, 'b:1'),
  place('invocation', 21, -2, 'a:1'),
  place('invocation', 22, 0, 'b:1'),
  place('invocation_20261130', 31, -2, 'a:1'),
  place('account', 5, null, 'a:1'),
  place('account', 5, null, 'b:1'),
];
/** Even lanes are on the first shard. */
const map = new ShardMap(
  placements,
  Array.from({ length: LANES }, (_, lane) => 11 + (lane % 2)),
);

describe('ShardMap', () => {
  it('finds the one shard of lanes, and none for lanes of several', () => {
    expect(map.of([0, 2, 62])).toBe(0);
    expect(map.of([63])).toBe(1);
    expect(map.of([0, 2, 3])).toBeUndefined();
    expect(map.of([])).toBeUndefined();
    expect(map.of([64])).toBeUndefined();
    expect(new ShardMap([], []).of([0])).toBeUndefined();
  });

  it('leaves a shard that several machines have copies of', () => {
    const copied = new ShardMap([...placements, place('event', 12, 0, 'a:1')], [11, 12]);
    expect([copied.of([0]), copied.of([1])]).toEqual([0, undefined]);
    expect(copied.machines).toEqual(['a:1']);
  });

  it('names the tables of a shard by what its machine has', () => {
    expect(map.machines).toEqual(['a:1', 'b:1']);
    expect(map.shard(1)).toMatchObject({ machine: 'b:1', anchor: 12 });
    const text = 'select from event e join invocation i on true join account a on true';
    expect(map.text(0, text)).toBe(
      'select from event_11 e join invocation_21 i on true join account_5 a on true',
    );
    expect(map.text(1, text)).toBe(
      'select from event_12 e join invocation_22 i on true join account_5 a on true',
    );
    expect(map.text(0, 'update invocation_20261130 i')).toBe('update invocation_20261130_31 i');
    expect(map.text(1, 'update invocation_20261130 i')).toBeUndefined();
  });
});
