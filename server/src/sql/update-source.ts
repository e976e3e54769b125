import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { SOURCE_SETTINGS, type SourceSettingsRow } from './parts/source-settings.ts';

interface Params extends SourceSettingsRow {
  readonly id: string;
  readonly accountId: number;
}

const SET = Object.keys(SOURCE_SETTINGS)
  .map((name) => `${name} = $${name}`)
  .join(', ');

/**
 * Changes what people choose of a source and takes it from the node that polls it: what that read by the
 * settings of before is written by nobody. Another service has not asked us to wait, and may have other secrets.
 */
export const updateSource = query<Params, never>(
  'update-source',
  {
    id: uuid((p) => p.id),
    account_id: bigint((p) => p.accountId),
    ...SOURCE_SETTINGS,
  },
  `with before as (
  select id, base_url is distinct from $base_url or resend is distinct from $resend as has_other_secrets
  from source
  where account_id = $account_id and id = $id and deleted_at is null
),
changed as (
  update source
  set ${SET}, wait_until = case when base_url is distinct from $base_url then null else wait_until end,
    holder = null, leased_until = timestamptz '-infinity', due_at = timestamptz '-infinity', mirrored_at = null,
    failures = 0
  where account_id = $account_id and id = $id and deleted_at is null
  returning id
)
update archive_webhook
set secret_read_at = null
where source_id = (select c.id from changed c join before b on b.id = c.id where b.has_other_secrets)`,
);
