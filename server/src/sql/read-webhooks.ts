import { idArray } from '../database/binary-arrays.ts';
import { scalar } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { WebhookRow } from '../model/webhook-row.ts';

const idList = scalar<readonly string[]>('uuid[]', idArray);

/** Reads all webhooks, or those with the given ids. */
export const readWebhooks = query<readonly string[] | undefined, WebhookRow>(
  'read-webhooks',
  {
    ids: idList((ids) => ids ?? null),
  },
  'select * from webhook where $ids is null or id = any ($ids)',
);
