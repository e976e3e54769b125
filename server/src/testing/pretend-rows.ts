import type { TestTrail } from './test-trail.ts';

/**
 * Gives the tables of a trail and of the archive the statistics of this many invocations, evenly over the days that
 * have rows: with as many events, attempts and deltas. PostgreSQL estimates rows by the rows a page at the last analyze, times the pages
 * that there are.
 */
export async function pretendRows(trail: TestTrail, count: number): Promise<void> {
  await trail.sql('analyze');
  await trail.sql(
    `with days as (
      select i.inhparent, i.inhrelid, count(*) over (partition by i.inhparent) as days
      from pg_inherits i
      where i.inhparent = any ('{event,invocation,attempt,archive_event,archive_invocation,archive_attempt,delta}'::regclass[]) and pg_relation_size(i.inhrelid) > 0
    ),
    relations as (
      select inhrelid as id, days from days
      union all
      select x.indexrelid, days from days join pg_index x on x.indrelid = days.inhrelid
    )
    update pg_class c
    set
      reltuples = $1 / r.days,
      relpages = greatest(1, pg_relation_size(c.oid) / current_setting('block_size')::integer)
    from relations r where c.oid = r.id`,
    [count],
  );
}
