import type { CallOptions } from './call-options.ts';

/** Options of publishing one event. */
export interface PublishOptions extends CallOptions {
  /**
   * A key for this event, sent as `Idempotency-Key`. Within 24 hours the same key returns the first
   * answer again and delivers nothing twice, so the client retries a call with a key after any
   * failure.
   */
  readonly idempotencyKey?: string | undefined;
}
