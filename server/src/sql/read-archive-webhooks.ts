import { bigint, scalar, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { uuidFromId } from '../model/ids.ts';

/** A webhook of a remote account whose trail is archived. */
export interface ArchiveWebhookRow {
  readonly id: string;
  readonly name: string;
  /** The name of its source. */
  readonly source: string;
  /** When it was missing at its source; null while it exists. */
  readonly gone_at: Date | null;
}

const COLUMNS = 'w.id, w.name, s.name as source, w.gone_at';

/** Reads one archived webhook of an account. */
export const readArchiveWebhook = query<{ accountId: number; id: string }, ArchiveWebhookRow>(
  'read-archive-webhook',
  {
    account_id: bigint((p) => p.accountId),
    id: uuid((p) => p.id),
  },
  `select ${COLUMNS}
from archive_webhook w join source s on s.id = w.source_id
where w.account_id = $account_id and s.deleted_at is null and w.id = $id`,
);

interface Params {
  readonly accountId: number;
  /** Only those with one of these names, or of these ids; null for all. */
  readonly among: { readonly names: readonly string[]; readonly ids: readonly string[] } | null;
  readonly limit: number;
}

/** Reads archived webhooks of an account by id, newest first: at most `limit`. */
export const readArchiveWebhooks = query<Params, ArchiveWebhookRow>(
  'read-archive-webhooks',
  {
    account_id: bigint((p) => p.accountId),
    names: scalar<readonly string[]>('text[]')((p) => p.among?.names ?? null),
    ids: scalar<readonly string[]>('uuid[]', (ids) => ids.map(uuidFromId))(
      (p) => p.among?.ids ?? null,
    ),
    limit: bigint((p) => p.limit),
  },
  `select ${COLUMNS}
from archive_webhook w join source s on s.id = w.source_id
where w.account_id = $account_id and s.deleted_at is null and ($names is null or w.name = any ($names) or w.id = any ($ids))
order by w.id desc
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
  query<PageParams, ArchiveWebhookRow>(
    name,
    {
      account_id: bigint((p) => p.accountId),
      above: uuid((p) => p.above),
      below: uuid((p) => p.below),
      limit: bigint((p) => p.limit),
    },
    `select ${COLUMNS}
from archive_webhook w join source s on s.id = w.source_id
where w.account_id = $account_id and s.deleted_at is null and w.id > $above and w.id < $below
order by w.id ${order}
limit $limit`,
  );

/** Reads archived webhooks of an account by id, newest first. */
export const readArchiveWebhooksBelow = page('read-archive-webhooks-below', 'desc');

/** Reads archived webhooks of an account by id, oldest first. */
export const readArchiveWebhooksAbove = page('read-archive-webhooks-above', 'asc');
