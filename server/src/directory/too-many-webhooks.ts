/** What the webhooks of one account may be, together. */
export interface WebhookLimits {
  readonly count: number;
  /** In the measure of `webhookBytes`. */
  readonly bytes: number;
}

/** A change would take the account's webhooks beyond a limit: 400. */
export class TooManyWebhooks extends Error {
  override readonly name = 'TooManyWebhooks';
  /** Which limit it is. */
  readonly limit: keyof WebhookLimits;

  constructor(limit: keyof WebhookLimits, limits: WebhookLimits) {
    super(
      limit === 'count'
        ? `this account already has ${limits.count} webhooks, the maximum (HOOKTRAIL_MAX_WEBHOOKS_PER_ACCOUNT): delete unused ones first`
        : `the webhooks of this account would take more than ${limits.bytes} bytes, the maximum (HOOKTRAIL_MAX_WEBHOOK_BYTES_PER_ACCOUNT): shorten or delete some first`,
    );
    this.limit = limit;
  }
}
