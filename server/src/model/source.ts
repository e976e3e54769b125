/** Of which invocations bodies are archived: of all, of failed ones, of one in `every`, of none. */
export const BODIES_POLICIES = ['all', 'failures', 'sample', 'none'] as const;
export type BodiesPolicy = (typeof BODIES_POLICIES)[number];

/** Where the secrets come from that resent requests are signed with. */
export const RESEND_SECRETS = ['none', 'given', 'read'] as const;
export type ResendSecrets = (typeof RESEND_SECRETS)[number];

/** Why a span of a log is unknown. */
export const GAP_REASONS = ['outage', 'log erased', 'webhook gone'] as const;
export type GapReason = (typeof GAP_REASONS)[number];

/** Why the last request to a source failed. */
export const SOURCE_ERRORS = [
  'throttled',
  'unauthorized',
  'forbidden',
  'not found',
  'unavailable',
  'unreadable',
  'limit',
] as const;
export type SourceError = (typeof SOURCE_ERRORS)[number];

/** How a source lets us in. */
export type SourceCredentials =
  | { readonly email: string; readonly apiToken: string }
  | { readonly accessToken: string };

/** What is masked before it is stored. */
export interface Masking {
  readonly enabled: boolean;
  /** Masked beside those whose names look like those of secrets; in lower case. */
  readonly headers: readonly string[];
  /** Members of JSON bodies and of forms, likewise. */
  readonly fields: readonly string[];
}

/** The most sources of an account: each of them is up to 100 requests a minute. */
export const MOST_SOURCES = 20;

/** The most webhooks of a source that exist at once; each costs a request in half an hour. */
export const MOST_SOURCE_WEBHOOKS = 1_000;

/** With those that are gone. Without it a remote service with ever new ids would fill the table. */
export const MOST_KNOWN_WEBHOOKS = 5_000;
