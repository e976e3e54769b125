import type { StoredBytes, StoredTable } from '../keep/storage.ts';
import type { Known } from '../metrics/known.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Clock } from '../model/clock.ts';

/** The tables that searches are answered with, beside the trail itself. */
const SEARCH_TABLES = new Set(['search_filter', 'key_batch', 'key_block']);

/** Adds gauges of what the database takes. Sizes are read once a minute at most. */
export function addStorageGauges(
  metrics: Metrics,
  clock: Clock,
  storage: Known<StoredBytes>,
): void {
  const byTable = (of: (table: StoredTable) => number | undefined) => () =>
    storage.value?.tables.flatMap((table) => {
      const value = of(table);
      return value === undefined ? [] : [{ labels: [table.name], value }];
    });
  metrics.gauge('hooktrail_database_bytes', 'Bytes of all tables.', [], () => storage.value?.bytes);
  metrics.gauge(
    'hooktrail_table_bytes',
    'Bytes of a table with its partitions, indexes and long values.',
    ['table'],
    byTable(({ bytes }) => bytes),
  );
  metrics.gauge(
    'hooktrail_table_partitions',
    'Partitions of a table.',
    ['table'],
    byTable(({ partitions }) => (partitions.length === 0 ? undefined : partitions.length)),
  );
  metrics.gauge(
    'hooktrail_partition_bytes',
    'Bytes of the partition of a table that has the present time.',
    ['table'],
    byTable(({ partitions }) => {
      const nowMs = clock.now();
      return partitions.find(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs)?.bytes;
    }),
  );
  metrics.gauge(
    'hooktrail_search_bytes',
    'Bytes of what searches are answered with beside the trail: filters of words, and the index of keys.',
    [],
    () =>
      storage.value?.tables
        .filter(({ name }) => SEARCH_TABLES.has(name))
        .reduce((sum, { bytes }) => sum + bytes, 0),
  );
}
