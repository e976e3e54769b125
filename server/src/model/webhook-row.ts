import type { OwnRules } from './rules.ts';
import type { HttpMethod, RequestFormat, WebhookStatus } from './webhook.ts';

/** A webhook as the database keeps it, secrets sealed. */
export interface WebhookRow {
  readonly id: string;
  readonly account_id: number;
  readonly name: string;
  readonly description: string | null;
  readonly status: WebhookStatus;
  readonly subscriptions: readonly string[];
  readonly endpoint: string;
  readonly http_method: HttpMethod;
  readonly request_format: RequestFormat;
  readonly authentication: Uint8Array | null;
  /** What an older node stored, not sealed; empty once this version has started. */
  readonly custom_headers: Readonly<Record<string, string>> | null;
  readonly sealed_headers: Uint8Array | null;
  readonly client_certificate: Uint8Array | null;
  readonly external_source: unknown;
  readonly signing_secret: Uint8Array;
  readonly created_at: Date;
  readonly created_by: string;
  readonly updated_at: Date | null;
  readonly updated_by: string | null;
  readonly delivery: OwnRules | null;
  readonly paused_at: Date | null;
  readonly paused_by: string | null;
  readonly previous_secret: Uint8Array | null;
  readonly previous_secret_until: Date | null;
  readonly signing_keys: Uint8Array | null;
}

/** A stored webhook, with what the directory needs to know of its row. */
export interface StoredWebhookRow extends WebhookRow {
  /** The version of the account's directory at its last change. */
  readonly version: number;
  /** About what it takes in the memory of each node. */
  readonly bytes: number;
}
