import { bigint, float8 } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly bytes: number;
  /** Nothing is written if there is a sample that is younger. */
  readonly everyMs: number;
}

/** Writes what the database takes now, unless that was done shortly before. */
export const writeStorageSample = query<Params, never>(
  'write-storage-sample',
  { bytes: bigint((p) => p.bytes), every_ms: float8((p) => p.everyMs) },
  `insert into storage_sample (sampled_at, bytes)
select now(), $bytes
where not exists (
  select from storage_sample where sampled_at > now() - $every_ms * interval '1 millisecond'
)
on conflict (sampled_at) do nothing`,
);

/** Deletes samples that are older. */
export const deleteStorageSamples = query<number, never>(
  'delete-storage-samples',
  { kept_ms: float8((keptMs) => keptMs) },
  `delete from storage_sample where sampled_at < now() - $kept_ms * interval '1 millisecond'`,
);
