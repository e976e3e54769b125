import { bigint, scalar, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { uuidFromId } from '../model/ids.ts';

interface Params {
  readonly accountId: number;
  readonly afterVersion: number;
}

/** Reads the ids of the webhooks that an account deleted after a version of its directory. */
export const readDeletedWebhooks = query<Params, { id: string }>(
  'read-deleted-webhooks',
  {
    account_id: bigint((p) => p.accountId),
    after_version: bigint((p) => p.afterVersion),
  },
  'select id from deleted_webhook where account_id = $account_id and version > $after_version',
);

/** What is left of a deleted webhook while its trail is kept. */
export interface DeletedWebhookRow {
  readonly id: string;
  readonly name: string;
  readonly deleted_at: Date;
}

/** Reads one deleted webhook of an account. */
export const readDeletedWebhook = query<{ accountId: number; id: string }, DeletedWebhookRow>(
  'read-deleted-webhook',
  {
    account_id: bigint((p) => p.accountId),
    id: uuid((p) => p.id),
  },
  'select id, name, deleted_at from deleted_webhook where account_id = $account_id and id = $id',
);

interface NamesParams {
  readonly accountId: number;
  /** Only those with one of these names, or of these ids; null for all. */
  readonly among: { readonly names: readonly string[]; readonly ids: readonly string[] } | null;
  readonly limit: number;
}

/** Reads the deleted webhooks of an account whose trail is kept: at most `limit`, the latest first. */
export const readDeletedWebhookNames = query<NamesParams, DeletedWebhookRow>(
  'read-deleted-webhook-names',
  {
    account_id: bigint((p) => p.accountId),
    names: scalar<readonly string[]>('text[]')((p) => p.among?.names ?? null),
    ids: scalar<readonly string[]>('uuid[]', (ids) => ids.map(uuidFromId))(
      (p) => p.among?.ids ?? null,
    ),
    limit: bigint((p) => p.limit),
  },
  `select id, name, deleted_at from deleted_webhook
where account_id = $account_id and ($names is null or name = any ($names) or id = any ($ids))
order by version desc
limit $limit`,
);
interface PageParams {
  readonly accountId: number;
  /** Both exclusive. */
  readonly above: string;
  readonly below: string;
  readonly limit: number;
}

const page = (name: string, order: 'asc' | 'desc') =>
  query<PageParams, DeletedWebhookRow>(
    name,
    {
      account_id: bigint((p) => p.accountId),
      above: uuid((p) => p.above),
      below: uuid((p) => p.below),
      limit: bigint((p) => p.limit),
    },
    `select id, name, deleted_at
from deleted_webhook
where account_id = $account_id and id > $above and id < $below
order by id ${order}
limit $limit`,
  );

/** Reads deleted webhooks of an account by id, newest first. */
export const readDeletedWebhooksBelow = page('read-deleted-webhooks-below', 'desc');

/** Reads deleted webhooks of an account by id, oldest first. */
export const readDeletedWebhooksAbove = page('read-deleted-webhooks-above', 'asc');
