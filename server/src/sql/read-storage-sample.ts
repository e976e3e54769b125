import { float8 } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface StorageSampleRow {
  readonly bytes: number;
  /** How long ago it was taken, by the clock of the database. */
  readonly age_ms: number;
}

/** Reads the oldest sample within the last time: what took how many bytes then. */
export const readStorageSample = query<number, StorageSampleRow>(
  'read-storage-sample',
  { within_ms: float8((withinMs) => withinMs) },
  `select bytes, extract(epoch from now() - sampled_at)::float8 * 1000 as age_ms
from storage_sample
where sampled_at >= now() - $within_ms * interval '1 millisecond'
order by sampled_at
limit 1`,
);
