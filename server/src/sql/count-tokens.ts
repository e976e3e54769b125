import { bigint } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** How many tokens an account has, and how many of them are an operator's. */
export const countTokens = query<number, { tokens: number; operators: number }>(
  'count-tokens',
  {
    account_id: bigint((accountId) => accountId),
  },
  `select count(*) as tokens, count(*) filter (where role = 'operator') as operators
from token
where account_id = $account_id`,
);
