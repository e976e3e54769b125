import { expect, it } from 'vitest';
import { citusProblems } from './citus-problems.ts';

it.each([
  `update a set at = now() where lane = $1 and at <= now()`,
  `update a set at = date_trunc('milliseconds', now()) + $4::float8 * interval '1 millisecond' returning at`,
  `with x as (select now() + b * interval '1 second' as at from y) update a set at = x.at from x`,
  `update a set at = now() + case when $5::boolean then $6::float8 else 0 end * interval '1 millisecond'`,
  `update a set status = case when a.leased then 'unknown' else $3::delivery_status end`,
  `insert into a select now() - interval '1 day' from b on conflict (id) do update set at = excluded.at`,
  `insert into a as made (id) select max(id) + 1 from a returning made.id`,
  `with x as (insert into a values (1) returning b) select extract(epoch from now()) from x`,
  `with x as (select id from a), y as (select id from a where id < (select id from x) for update) select id from y`,
  `with x as (select id from a) update a set b = 1 where id in (select a.id from x join a using (id) for update of a)`,
])('finds none in: %s', (text) => {
  expect(citusProblems(text)).toEqual([]);
});

it.each([
  `update a set at = now() + a.wait_ms * interval '1 millisecond'`,
  `update a set at = clock.now + $4::float8 * interval '1 millisecond' from clock`,
  `update a set at = case when a.done then null else now() end`,
  `update a set status = o.status::delivery_status from o`,
  `insert into a values (1) on conflict (id) do update set at = now()`,
  `insert into a values (1) on conflict (id) do update set b = 1 where a.at < now() - interval '1 day'`,
  `insert into a (id) select max(id) + 1 from a returning id`,
  `update a set b = 1 returning to_char(a.at, 'YYYY')`,
  `update a set b = 1 returning floor(extract(epoch from a.at))`,
  `with x as (update a set b = 1 returning clock_timestamp()) select 1 from x`,
  `with x as (select id from a), y as (select a.id from x join a using (id) for update of a) select id from y`,
])('finds one in: %s', (text) => {
  expect(citusProblems(text)).toHaveLength(1);
});
