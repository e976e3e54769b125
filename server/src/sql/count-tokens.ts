import { bigint } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** Counts the tokens of an account, and those with the role operator among them. */
export const countTokens = query<number, { tokens: number; operators: number }>(
  'count-tokens',
  {
    account_id: bigint((accountId) => accountId),
  },
  `select count(*) as tokens, count(*) filter (where role = 'operator') as operators
from token
where account_id = $account_id`,
);
