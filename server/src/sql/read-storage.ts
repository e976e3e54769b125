import { query } from '../database/query.ts';

/** What a table, or a partition of one, takes with its indexes and long values. */
export interface StorageRow {
  readonly name: string;
  /** The partitioned table that it is a part of; null: it is none. */
  readonly parent: string | null;
  readonly bytes: number;
}

const reading = (bytes: string): string => `select
  c.relname::text as name, p.relname::text as parent, coalesce(${bytes}, 0)::bigint as bytes
from
  pg_class c
  left join pg_inherits i on i.inhrelid = c.oid
  left join pg_class p on p.oid = i.inhparent
where c.relkind = 'r'
  and c.relnamespace = (select relnamespace from pg_class where oid = 'account'::regclass)
order by c.relname`;

/** Reads the size of every table: a look at the files of each, some hundreds of them. */
export const readStorage = query<undefined, StorageRow>(
  'read-storage',
  {},
  reading('pg_total_relation_size(c.oid)'),
);

/** The same on a Citus cluster, over all machines: there, a distributed table has no files of its own. */
export const readDistributedStorage = query<undefined, StorageRow>(
  'read-distributed-storage',
  {},
  reading(`case
    when exists (select from pg_dist_partition d where d.logicalrelid = c.oid)
      then citus_total_relation_size(c.oid::regclass, fail_on_error => false)
    else pg_total_relation_size(c.oid)
  end`),
);
