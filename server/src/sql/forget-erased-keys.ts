import { bigint, smallint, text, texts, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly jobId: string;
  readonly accountId: number;
  readonly lane: number;
  /** Looks at keys beyond this one. */
  readonly after: string;
  readonly limit: number;
}

/**
 * Looks at the next idempotency keys of an account in a lane, and deletes those of events that a job has
 * erased: a key may be personal, and its fingerprint is the hash of a body. `last_key` is the last one that it
 * looked at; null at the end.
 */
export const forgetErasedKeys = query<Params, { last_key: string | null }>(
  'forget-erased-keys',
  {
    job_id: uuid((p) => p.jobId),
    account_id: bigint((p) => p.accountId),
    lane: smallint((p) => p.lane),
    after: text((p) => p.after),
    limit: bigint((p) => p.limit),
    path: texts(() => ['event', 'id']),
  },
  `with
seen as (
  select key, answer::json #>> $path as public_id
  from idempotency_key
  where lane = $lane and account_id = $account_id and key > $after
  order by key
  limit $limit
),
erased as (
  select array_agg(s.key) as keys
  from seen s
  where (
    select true from erase_item i where i.job_id = $job_id and i.public_id = s.public_id limit 1
  )
),
gone as (
  delete from idempotency_key
  where lane = $lane and account_id = $account_id and key = any ((select keys from erased)::text[])
)
select max(key) as last_key from seen`,
);
