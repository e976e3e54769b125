import { bytesArray, int2Array, int8Array, textArray } from '../database/binary-arrays.ts';
import { query } from '../database/query.ts';

export interface IdempotencyRow {
  readonly lane: number;
  readonly accountId: number;
  readonly key: string;
  readonly fingerprint: Uint8Array;
  /** The answer, as JSON. */
  readonly answer: string;
}

/**
 * Takes the keys that nobody used within 24 hours and returns those taken. Where two publish at
 * once, the second waits here for the commit of the first. The rows come in one order, so two
 * nodes that take the same keys cannot wait for each other in a circle.
 */
export const claimIdempotencyKeys = query<
  readonly IdempotencyRow[],
  { account_id: number; key: string }
>(
  'claim-idempotency-keys',
  `insert into idempotency_key as k (lane, account_id, key, fingerprint, answer, created_at)
select lane, account_id, key, fingerprint, answer, now()
from unnest($1::smallint[], $2::bigint[], $3::text[], $4::bytea[], $5::text[])
  as n (lane, account_id, key, fingerprint, answer)
order by lane, account_id, key
on conflict (lane, account_id, key) do update
  set fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at
  where excluded.created_at - k.created_at >= interval '24 hours'
returning k.account_id, k.key`,
  (rows) => [
    int2Array(rows.map((row) => row.lane)),
    int8Array(rows.map((row) => row.accountId)),
    textArray(rows.map((row) => row.key)),
    bytesArray(rows.map((row) => row.fingerprint)),
    textArray(rows.map((row) => row.answer)),
  ],
);
