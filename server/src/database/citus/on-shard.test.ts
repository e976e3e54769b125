import { describe, expect, it } from 'vitest';
import { onShard } from './on-shard.ts';

const names = new Map([
  ['event', 'event_102041'],
  ['event_20261130', 'event_20261130_102301'],
  ['account', 'account_102008'],
]);

describe('onShard', () => {
  it('names the tables of a shard, and leaves columns, steps and functions', () => {
    const text = `with event_id as (select event.x from event e where account = 1),
  added as (insert into event (lane, account) select * from unnest($1::smallint[]) as e (lane))
update event i set account = 2 from event_id join account a on true using event`;
    expect(
      onShard(text, names),
    ).toBe(`with event_id as (select event.x from event_102041 e where account = 1),
  added as (insert into event_102041 (lane, account) select * from unnest($1::smallint[]) as e (lane))
update event_102041 i set account = 2 from event_id join account_102008 a on true using event_102041`);
  });

  it('names the partition of a day, and is undefined where the shard has none', () => {
    expect(onShard('delete from event_20261130 e', names)).toBe(
      'delete from event_20261130_102301 e',
    );
    expect(onShard('delete from event_20261201 e', names)).toBeUndefined();
  });
});
