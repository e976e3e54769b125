import { query } from '../database/query.ts';

/** A node, as it was at its last beat. */
export interface NodeRow {
  readonly id: string;
  readonly started_at: Date;
  readonly seen_at: Date;
  readonly version: string;
  readonly host: string;
  readonly address: string;
  /** As the node wrote it; an older or newer version may know other fields. */
  readonly load: Readonly<Record<string, unknown>>;
  /** Since its last beat, by the clock of the database. */
  readonly silent_ms: number;
}

/**
 * Reads the nodes that are up, or were within the last day, oldest first: of very many those that were heard
 * last, so that nodes which were killed do not hide those that are up.
 */
export const readNodes = query<undefined, NodeRow>(
  'read-nodes',
  {},
  `select
  id, started_at, seen_at, version, host, address, load,
  extract(epoch from now() - seen_at)::float8 * 1000 as silent_ms
from (select * from node order by seen_at desc limit 1000) as heard
order by id`,
);
