import { int2Array, int8Array, textArray } from '../database/binary-arrays.ts';
import { query } from '../database/query.ts';

export interface IdempotencyKey {
  readonly lane: number;
  readonly accountId: number;
  readonly key: string;
}

/** The first answers to keys that were used before. */
export const readIdempotencyKeys = query<
  readonly IdempotencyKey[],
  { account_id: number; key: string; fingerprint: Buffer; answer: string }
>(
  'read-idempotency-keys',
  `select k.account_id, k.key, k.fingerprint, k.answer
from unnest($1::smallint[], $2::bigint[], $3::text[]) as w (lane, account_id, key)
join idempotency_key k
  on k.lane = w.lane and k.account_id = w.account_id and k.key = w.key`,
  (rows) => [
    int2Array(rows.map((row) => row.lane)),
    int8Array(rows.map((row) => row.accountId)),
    textArray(rows.map((row) => row.key)),
  ],
);
