/** Why an invocation waits or ended, as it is recorded: one word for each text of `reason`. */
export const REASON_CODES = [
  'retry',
  'retry after',
  'not counted',
  'manual',
  'breaker',
  'rate limit',
  'handshake',
  'lease lost',
  'exhausted',
  'not retried',
  'gone',
  'deleted',
  'expired',
  'given up',
  'withdrawn',
] as const;

export type ReasonCode = (typeof REASON_CODES)[number];

/**
 * Why all of a webhook waits. Never recorded on an invocation: pausing a webhook writes to none of the
 * millions that may wait, so whoever reads them adds it.
 */
export const WEBHOOK_REASONS = ['suspended', 'inactive', 'paused'] as const;

export type WebhookReason = (typeof WEBHOOK_REASONS)[number];
