import { bigint, boolean, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly tokenId: string;
  readonly isCode: boolean;
  /** How many stay: the newest. */
  readonly kept: number;
}

/** Deletes the oldest sessions, or codes, of a token. */
export const deleteExcessSessions = query<Params, { id: string }>(
  'delete-excess-sessions',
  {
    token_id: uuid((p) => p.tokenId),
    is_code: boolean((p) => p.isCode),
    kept: bigint((p) => p.kept),
  },
  `with excess as (
  select id
  from session
  where token_id = $token_id and is_code = $is_code
  order by id desc
  offset $kept
  for update skip locked
)
delete from session s
using excess
where s.id = excess.id
returning s.id`,
);
