import { bigint, scalar } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { uuidFromId } from '../model/ids.ts';
import type { SourceRow } from './parts/source-row.ts';

interface Params {
  readonly accountId: number;
  readonly ids: readonly string[];
}

/** What sending again to the endpoint of an archived webhook needs. */
export interface ResendWebhookRow
  extends Pick<
    SourceRow,
    'resend' | 'resend_secrets' | 'masking' | 'masked_headers' | 'masked_fields'
  > {
  readonly id: string;
  readonly remote_id: string;
  /** The name of its source. */
  readonly source: string;
  readonly endpoint: string | null;
  readonly http_method: string | null;
  readonly request_format: string | null;
  /** Sealed: the signing secret as it was read. */
  readonly secret: Buffer | null;
}

/** Reads archived webhooks of an account, with what their sources say of sending again. */
export const readResendWebhooks = query<Params, ResendWebhookRow>(
  'read-resend-webhooks',
  {
    account_id: bigint((p) => p.accountId),
    ids: scalar<readonly string[]>('uuid[]', (ids) => ids.map(uuidFromId))((p: Params) => p.ids),
  },
  `select
  w.id, w.remote_id, s.name as source, w.endpoint, w.http_method, w.request_format, w.secret,
  s.resend, s.resend_secrets, s.masking, s.masked_headers, s.masked_fields
from archive_webhook w join source s on s.id = w.source_id
where w.account_id = $account_id and s.deleted_at is null and w.id = any ($ids)`,
);
