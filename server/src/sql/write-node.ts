import { text, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** What a node says of itself. */
export interface NodeBeat {
  readonly id: string;
  readonly startedAtMs: number;
  readonly version: string;
  readonly host: string;
  readonly address: string;
  /** JSON. */
  readonly load: string;
}

/** Says that a node is up, and how busy it is. */
export const writeNode = query<NodeBeat, never>(
  'write-node',
  {
    id: uuid((p) => p.id),
    started_at: timestamptzMs((p) => p.startedAtMs),
    version: text((p) => p.version),
    host: text((p) => p.host),
    address: text((p) => p.address),
    load: text((p) => p.load),
  },
  `insert into node as n (id, started_at, seen_at, version, host, address, load)
values ($id, $started_at, now(), $version, $host, $address, $load::json)
on conflict (id) do update set seen_at = excluded.seen_at, load = excluded.load`,
);
