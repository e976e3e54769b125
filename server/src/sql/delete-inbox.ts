import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly accountId: number;
  readonly id: string;
}

/** Deletes one inbox of an account. */
export const deleteInbox = query<Params, never>(
  'delete-inbox',
  {
    account_id: bigint((p) => p.accountId),
    id: uuid((p) => p.id),
  },
  'delete from inbox where account_id = $account_id and id = $id',
);
