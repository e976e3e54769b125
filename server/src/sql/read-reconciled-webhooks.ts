import { uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** A webhook of a source that sends to an inbox. */
export interface ReconciledWebhookRow {
  readonly id: string;
  readonly account_id: number;
  readonly source_id: string;
  readonly remote_id: string;
  readonly inbox_id: string;
  /** Since when its endpoint is the inbox, and until when that was seen, by the clock of the service. */
  readonly inbox_since_at: Date;
  readonly inbox_seen_at: Date;
  /** What was created until then is compared. */
  readonly reconciled_at: Date;
  /** Since when its source has it no longer. */
  readonly gone_at: Date | null;
  /** How far the clock of the service is ahead. */
  readonly clock_off_ms: number | null;
}

const COLUMNS = `w.id, w.account_id, w.source_id, w.remote_id, w.inbox_id, w.inbox_since_at, w.inbox_seen_at,
  w.reconciled_at, w.gone_at, s.clock_off_ms`;

/** Reads all webhooks that send to an inbox: few, each by an entry of an index that has no others. */
export const readReconciledWebhooks = query<undefined, ReconciledWebhookRow>(
  'read-reconciled-webhooks',
  {},
  `select ${COLUMNS}
from archive_webhook w join source s on s.id = w.source_id
where w.inbox_id is not null and s.deleted_at is null
order by w.source_id, w.inbox_id, w.id`,
);

/** Reads those of one source. */
export const readReconciledWebhooksOfSource = query<string, ReconciledWebhookRow>(
  'read-reconciled-webhooks-of-source',
  { source_id: uuid((id) => id) },
  `select ${COLUMNS}
from archive_webhook w join source s on s.id = w.source_id
where w.source_id = $source_id and w.inbox_id is not null
order by w.source_id, w.inbox_id, w.id`,
);
