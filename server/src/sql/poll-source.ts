import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly accountId: number;
  readonly id: string;
}

/**
 * Makes the polls of all webhooks of a source due, and their secrets, and takes it from the node that may wait with
 * it. Where the service asked us to wait, they are due then.
 */
export const pollSource = query<Params, { id: string }>(
  'poll-source',
  { account_id: bigint((p) => p.accountId), id: uuid((p) => p.id) },
  `with asked as (
  update source
  set holder = null, leased_until = timestamptz '-infinity',
    due_at = coalesce(wait_until, timestamptz '-infinity'), mirrored_at = null, failures = 0
  where account_id = $account_id and id = $id and deleted_at is null
  returning id
),
due as (
  update archive_webhook
  set due_at = timestamptz '-infinity', secret_read_at = null
  where source_id = (select id from asked)
)
select id from asked`,
);
