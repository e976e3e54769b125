import { bigint, float8 } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  /** Nodes that were heard since are up. */
  readonly silentMs: number;
  /** Nodes that were not heard for longer are gone for good. */
  readonly keptMs: number;
  readonly limit: number;
}

/** A node that ended without a word, or cannot reach the database. */
export interface MissingNodeRow {
  readonly host: string;
  readonly address: string;
  readonly version: string;
  readonly seen_at: Date;
  /** Since its last beat, by the clock of the database. */
  readonly silent_ms: number;
}

/**
 * Reads the nodes that are missing, by host and address: one that was killed again and again is one, and one that
 * came back is none. The last heard first.
 */
export const readMissingNodes = query<Params, MissingNodeRow>(
  'read-missing-nodes',
  {
    silent_ms: float8((p) => p.silentMs),
    kept_ms: float8((p) => p.keptMs),
    limit: bigint((p) => p.limit),
  },
  `select host, address, version, seen_at, silent_ms
from
  (
    select distinct on (host, address)
      host, address, version, seen_at, extract(epoch from now() - seen_at)::float8 * 1000 as silent_ms
    from node
    order by host, address, seen_at desc
  ) as latest
where silent_ms >= $silent_ms and silent_ms < $kept_ms
order by seen_at desc
limit $limit`,
);
