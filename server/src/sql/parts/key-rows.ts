/** Entries of a row of `key_block`: with 64, at 24 bytes each, PostgreSQL keeps it in the table itself. */
export const ROW_ENTRIES = 64;

/**
 * Inserts what a statement has gathered by node, `b (node, hashes, events)`, and between which ids it is,
 * `s (first_id, last_id)`, as rows of `key_block`.
 */
export function keyRows(source: string): string {
  return `insert into key_block (lane, node, last_id, part, first_id, hashes, events)
    select
      $lane, b.node, s.last_id, part, s.first_id,
      b.hashes[part * ${ROW_ENTRIES} + 1:(part + 1) * ${ROW_ENTRIES}],
      b.events[part * ${ROW_ENTRIES} + 1:(part + 1) * ${ROW_ENTRIES}]
    from
      ${source}
      cross join lateral
        generate_series(0, (cardinality(b.hashes) - 1) / ${ROW_ENTRIES}) as p (part)`;
}
