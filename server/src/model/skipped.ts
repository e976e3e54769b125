/**
 * Why an event was not sent to a webhook whose subscriptions match it. A closed list, which
 * docs/events.md explains.
 */
export const SKIP_REASONS = ['inactive'] as const;

/** One of `SKIP_REASONS`. */
export type SkipReason = (typeof SKIP_REASONS)[number];

/** The webhooks that an event skipped for one reason. */
export interface SkippedWebhooks {
  readonly reason: SkipReason;
  readonly webhookIds: readonly string[];
}

/** The same as it is kept with the event: `count` is complete, the ids may be the first ones. */
export interface KeptSkips {
  readonly reason: SkipReason;
  readonly count: number;
  readonly webhook_ids: readonly string[];
}
