import { idArray } from '../database/binary-arrays.ts';
import { bigint, integer, scalar, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { StoredWebhookRow } from '../model/webhook-row.ts';

const idList = scalar<readonly string[]>('uuid[]', idArray);

/** Reads the webhooks with the given ids. */
export const readWebhooks = query<readonly string[], StoredWebhookRow>(
  'read-webhooks',
  {
    ids: idList((ids) => ids),
  },
  'select * from webhook where id = any ($ids)',
);

/** A position in the order in which the directory reads webhooks. */
export interface WebhookPosition {
  readonly accountId: number;
  readonly version: number;
  readonly id: string;
}

/** The length of a page, in rows and in the bytes of its webhooks; it has one row at least. */
interface PageLimits {
  readonly limit: number;
  readonly maxBytes: number;
}

const PAGE = {
  account_id: bigint<WebhookPosition & PageLimits>((p) => p.accountId),
  version: bigint<WebhookPosition & PageLimits>((p) => p.version),
  id: uuid<WebhookPosition & PageLimits>((p) => p.id),
  limit: integer<WebhookPosition & PageLimits>((p) => p.limit),
  max_bytes: integer<WebhookPosition & PageLimits>((p) => p.maxBytes),
};

/**
 * A webhook that changes while its account is being read moves to a higher version, so it is read
 * later: no page skips it.
 */
function page(name: string, condition: string, order: string) {
  return query<WebhookPosition & PageLimits, StoredWebhookRow>(
    name,
    PAGE,
    `select * from (
  select found.*, sum(bytes) over (order by ${order}) as total
  from (
    select * from webhook
    where ${condition}
    order by ${order}
    limit $limit
  ) as found
) as summed
where total - bytes < $max_bytes
order by ${order}`,
  );
}

/** Reads a page of all webhooks beyond a position. */
export const readWebhookPage = page(
  'read-webhook-page',
  '(account_id, version, id) > ($account_id, $version, $id)',
  'account_id, version, id',
);

/** Reads a page of the webhooks of one account beyond a position. */
export const readAccountWebhookPage = page(
  'read-account-webhook-page',
  'account_id = $account_id and (version, id) > ($version, $id)',
  'version, id',
);
