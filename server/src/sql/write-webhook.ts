import { query } from '../database/query.ts';
import { uuidFromId } from '../model/ids.ts';
import type { WebhookRow } from './webhook-row.ts';

/** Writes a new webhook, or all of one that exists. */
export const writeWebhook = query<WebhookRow, never>(
  'write-webhook',
  `insert into webhook (
  id, account_id, name, description, status, subscriptions, endpoint, http_method, request_format,
  authentication, custom_headers, external_source, signing_secret,
  created_at, created_by, updated_at, updated_by,
  delivery, paused_at, paused_by, previous_secret, previous_secret_until
)
values (
  $1, $2, $3, $4, $5, $6::text[], $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
  $18, $19, $20, $21, $22
)
on conflict (id) do update set
  name = excluded.name,
  description = excluded.description,
  status = excluded.status,
  subscriptions = excluded.subscriptions,
  endpoint = excluded.endpoint,
  http_method = excluded.http_method,
  request_format = excluded.request_format,
  authentication = excluded.authentication,
  custom_headers = excluded.custom_headers,
  external_source = excluded.external_source,
  signing_secret = excluded.signing_secret,
  updated_at = excluded.updated_at,
  updated_by = excluded.updated_by,
  delivery = excluded.delivery,
  paused_at = excluded.paused_at,
  paused_by = excluded.paused_by,
  previous_secret = excluded.previous_secret,
  previous_secret_until = excluded.previous_secret_until`,
  (row) => [
    uuidFromId(row.id),
    row.account_id,
    row.name,
    row.description,
    row.status,
    row.subscriptions,
    row.endpoint,
    row.http_method,
    row.request_format,
    row.authentication,
    row.custom_headers === null ? null : JSON.stringify(row.custom_headers),
    row.external_source === null ? null : JSON.stringify(row.external_source),
    row.signing_secret,
    row.created_at,
    row.created_by,
    row.updated_at,
    row.updated_by,
    row.delivery === null ? null : JSON.stringify(row.delivery),
    row.paused_at,
    row.paused_by,
    row.previous_secret,
    row.previous_secret_until,
  ],
);
