import { float8, text, texts, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly id: string;
  readonly host: string;
  readonly address: string;
  /** The addresses of all processes there, as many as there are now. */
  readonly current: readonly string[];
  readonly silentMs: number;
  readonly keptMs: number;
}

/** Deletes a node that stops. */
export const deleteNode = query<string, never>(
  'delete-node',
  { id: uuid((id) => id) },
  'delete from node where id = $id',
);

/**
 * Deletes nodes that a new one follows: silent ones at its address on its host, processes there with a number that
 * no process has any more, and those that were not heard for a day.
 */
export const deleteOldNodes = query<Params, never>(
  'delete-old-nodes',
  {
    id: uuid((p) => p.id),
    host: text((p) => p.host),
    address: text((p) => p.address),
    current: texts((p) => p.current),
    silent_ms: float8((p) => p.silentMs),
    kept_ms: float8((p) => p.keptMs),
  },
  `delete from node
where id <> $id
  and (
    (
      host = $host
      and (
        address = $address
        or split_part(address, '#', 1) = split_part($address, '#', 1) and address <> all ($current)
      )
      and seen_at < now() - $silent_ms * interval '1 millisecond'
    )
    or seen_at < now() - $kept_ms * interval '1 millisecond'
  )`,
);
