import {
  boolean,
  bytea,
  integer,
  smallint,
  text,
  texts,
  timestamptzMs,
} from '../../database/parameters.ts';
import type { Parameters } from '../../database/query.ts';
import type { BodiesPolicy, ResendSecrets } from '../../model/source.ts';

/** What people choose of a source, as it is stored. */
export interface SourceSettingsRow {
  readonly name: string;
  readonly baseUrl: string;
  /** Sealed. */
  readonly credentials: Uint8Array;
  readonly login: string | null;
  readonly onlyWebhooks: readonly string[] | null;
  readonly bodies: BodiesPolicy;
  readonly bodiesEvery: number | null;
  readonly budgetShare: number;
  readonly keepMonths: number | null;
  readonly masking: boolean;
  readonly maskedHeaders: readonly string[];
  readonly maskedFields: readonly string[];
  readonly resend: ResendSecrets;
  /** Sealed. */
  readonly resendSecrets: Uint8Array | null;
  readonly pausedAtMs: number | null;
  readonly updatedAtMs: number | null;
}

/** Its columns. */
export const SOURCE_SETTINGS: Parameters<SourceSettingsRow> = {
  name: text((p) => p.name),
  base_url: text((p) => p.baseUrl),
  credentials: bytea((p) => p.credentials),
  login: text((p) => p.login),
  only_webhooks: texts((p) => p.onlyWebhooks),
  bodies: text((p) => p.bodies),
  bodies_every: integer((p) => p.bodiesEvery),
  budget_share: smallint((p) => p.budgetShare),
  keep_months: integer((p) => p.keepMonths),
  masking: boolean((p) => p.masking),
  masked_headers: texts((p) => p.maskedHeaders),
  masked_fields: texts((p) => p.maskedFields),
  resend: text((p) => p.resend),
  resend_secrets: bytea((p) => p.resendSecrets),
  paused_at: timestamptzMs((p) => p.pausedAtMs),
  updated_at: timestamptzMs((p) => p.updatedAtMs),
};
