/** No automatic analysis: more rows than a table can get. */
const NEVER_ANALYSED = 'autovacuum_analyze_threshold = 2147483647';

/**
 * Storage parameters of the partitions of a table; others have PostgreSQL's defaults.
 *
 * Analysing an array looks at each element: 8,000 deltas of 24 events take 0.5 s of a processor, up to four
 * times that as a day fills, each time the partition has grown by a twentieth.
 * No plan needs it: each statement names the whole key, and our connections choose indexes.
 *
 * Deltas are only added, and go with their day, so vacuuming after insertions cleans nothing. Their rows
 * stay whole up to 8 KB, some 100 attempts: a row in pieces has an index entry for each 2 KB.
 */
export const PARTITION_SETTINGS: Readonly<Record<string, string>> = {
  delta: `with (
    ${NEVER_ANALYSED}, autovacuum_vacuum_insert_threshold = -1,
    toast.autovacuum_vacuum_insert_threshold = -1, toast_tuple_target = 8160
  )`,
  key_block: `with (${NEVER_ANALYSED})`,
  rollup_minute: `with (${NEVER_ANALYSED})`,
};
