import type { BodiesPolicy, ResendSecrets, SourceError } from '../../model/source.ts';

/** A source as it is stored, with sums over its webhooks. */
export interface SourceRow {
  readonly id: string;
  readonly account_id: number;
  readonly name: string;
  readonly created_at: Date;
  readonly updated_at: Date | null;
  readonly paused_at: Date | null;
  /** Null of a source that nothing polls. */
  readonly base_url: string | null;
  /** Sealed. */
  readonly credentials: Buffer | null;
  /** The e-mail address of an API token; null with an access token. */
  readonly login: string | null;
  /** Remote ids; null: all webhooks. */
  readonly only_webhooks: readonly string[] | null;
  readonly bodies: BodiesPolicy;
  readonly bodies_every: number | null;
  /** Per cent of the requests that the service allows. */
  readonly budget_share: number;
  readonly keep_months: number | null;
  readonly masking: boolean;
  readonly masked_headers: readonly string[];
  readonly masked_fields: readonly string[];
  readonly resend: ResendSecrets;
  /** Sealed. */
  readonly resend_secrets: Buffer | null;
  readonly mirrored_at: Date | null;
  readonly polled_at: Date | null;
  readonly due_at: Date;
  /** Until when the service asked not to be asked. */
  readonly wait_until: Date | null;
  readonly rate_limit: number | null;
  readonly requests: number;
  readonly requested_at: Date | null;
  readonly clock_off_ms: number | null;
  readonly failures: number;
  readonly error_code: SourceError | null;
  readonly error: string | null;
  readonly error_at: Date | null;
}

const NAMES = [
  'id',
  'account_id',
  'name',
  'created_at',
  'updated_at',
  'paused_at',
  'base_url',
  'credentials',
  'login',
  'only_webhooks',
  'bodies',
  'bodies_every',
  'budget_share',
  'keep_months',
  'masking',
  'masked_headers',
  'masked_fields',
  'resend',
  'resend_secrets',
  'mirrored_at',
  'polled_at',
  'due_at',
  'wait_until',
  'rate_limit',
  'requests',
  'requested_at',
  'clock_off_ms',
  'failures',
  'error_code',
  'error',
  'error_at',
];

/** The columns of `SourceRow`, of a table that has an alias. */
export const sourceColumnsOf = (alias: string): string =>
  NAMES.map((name) => `${alias}.${name}`).join(', ');
