import { idArray } from '../database/binary-arrays.ts';
import { query } from '../database/query.ts';
import type { WebhookRow } from './webhook-row.ts';

/** All webhooks, or those of the given ids. */
export const readWebhooks = query<readonly string[] | undefined, WebhookRow>(
  'read-webhooks',
  'select * from webhook where $1::uuid[] is null or id = any ($1::uuid[])',
  (ids) => [ids === undefined ? null : idArray(ids)],
);
