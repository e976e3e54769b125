import { bigint, rows, smallint, text } from '../database/parameters.ts';
import { query } from '../database/query.ts';

export interface IdempotencyKey {
  readonly lane: number;
  readonly accountId: number;
  readonly key: string;
}

/** The columns of keys, as statements send them. */
export const KEY_COLUMNS = {
  lane: smallint((row: IdempotencyKey) => row.lane),
  account_id: bigint((row: IdempotencyKey) => row.accountId),
  key: text((row: IdempotencyKey) => row.key),
};

/** Reads the first responses to keys that were used before. */
export const readIdempotencyKeys = query<
  readonly IdempotencyKey[],
  { account_id: number; key: string; fingerprint: Buffer; answer: string }
>(
  'read-idempotency-keys',
  {
    keys: rows((keys) => keys, KEY_COLUMNS),
  },
  `select k.account_id, k.key, k.fingerprint, k.answer
from $keys as w
join idempotency_key k
  on k.lane = w.lane and k.account_id = w.account_id and k.key = w.key`,
);
