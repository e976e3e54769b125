import { insertInto } from '../database/insert-into.ts';
import {
  bigint,
  bytea,
  integer,
  json,
  scalar,
  text,
  timestamptz,
  uuid,
} from '../database/parameters.ts';
import { type Parameters, query } from '../database/query.ts';
import type { StoredWebhookRow } from '../model/webhook-row.ts';

const textList = scalar<readonly string[]>('text[]');

const COLUMNS: Parameters<StoredWebhookRow> = {
  id: uuid((row) => row.id),
  account_id: bigint((row) => row.account_id),
  name: text((row) => row.name),
  description: text((row) => row.description),
  status: text((row) => row.status),
  subscriptions: textList((row) => row.subscriptions),
  endpoint: text((row) => row.endpoint),
  http_method: text((row) => row.http_method),
  request_format: text((row) => row.request_format),
  authentication: bytea((row) => row.authentication),
  custom_headers: json((row) => row.custom_headers),
  sealed_headers: bytea((row) => row.sealed_headers),
  client_certificate: bytea((row) => row.client_certificate),
  external_source: json((row) => row.external_source),
  signing_secret: bytea((row) => row.signing_secret),
  created_at: timestamptz((row) => row.created_at),
  created_by: text((row) => row.created_by),
  updated_at: timestamptz((row) => row.updated_at),
  updated_by: text((row) => row.updated_by),
  delivery: json((row) => row.delivery),
  paused_at: timestamptz((row) => row.paused_at),
  paused_by: text((row) => row.paused_by),
  previous_secret: bytea((row) => row.previous_secret),
  previous_secret_until: timestamptz((row) => row.previous_secret_until),
  signing_keys: bytea((row) => row.signing_keys),
  version: bigint((row) => row.version),
  bytes: integer((row) => row.bytes),
};

/** Columns that never change. */
const FIXED = ['id', 'account_id', 'created_at', 'created_by'];

const CHANGES = Object.keys(COLUMNS)
  .filter((name) => !FIXED.includes(name))
  .map((name) => `${name} = excluded.${name}`);

/** Writes a new webhook, or replaces an existing one. */
export const writeWebhook = query<StoredWebhookRow, never>(
  'write-webhook',
  COLUMNS,
  `${insertInto('webhook', COLUMNS)}
on conflict (id) do update set
  ${CHANGES.join(',\n  ')}`,
);
