import { bigint, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly accountId: number;
  readonly id: string;
  /** What it is called from now on: its own name is free. */
  readonly name: string;
}

/** Ends a source. Its rows are removed in steps, and the source after them. */
export const deleteSource = query<Params, { id: string }>(
  'delete-source',
  { account_id: bigint((p) => p.accountId), id: uuid((p) => p.id), name: text((p) => p.name) },
  `update source
set name = $name, deleted_at = now(), credentials = null, resend_secrets = null, holder = null,
  leased_until = timestamptz '-infinity'
where account_id = $account_id and id = $id and deleted_at is null
returning id`,
);

/** Drops what is left of a source whose rows are removed. */
export const dropSource = query<string, { id: string }>(
  'drop-source',
  { id: uuid((id) => id) },
  `with gaps as (delete from archive_gap where source_id = $id),
hours as (delete from reconcile_hour where source_id = $id),
due as (delete from reconcile_due where source_id = $id),
webhooks as (delete from archive_webhook where source_id = $id)
delete from source where id = $id and deleted_at is not null
returning id`,
);
