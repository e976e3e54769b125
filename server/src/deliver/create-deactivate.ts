import type { Logger } from 'pino';
import type { Directory } from '../directory/directory.ts';
import type { WebhookStore } from '../directory/webhook-store.ts';
import type { Clock } from '../model/clock.ts';

interface Parts {
  readonly clock: Clock;
  readonly directory: Directory;
  readonly log: Logger;
  readonly webhooks: WebhookStore;
}

/**
 * Makes what switches a webhook to inactive when its endpoint answers 410 Gone. The locked row decides: this
 * node may not know yet that a person replaced the endpoint, or switched the webhook off.
 */
export function createDeactivate({ clock, directory, log, webhooks }: Parts) {
  return async (webhookId: string, endpoint: string): Promise<void> => {
    const webhook = directory.webhook(webhookId);
    if (webhook === undefined || webhook.status === 'inactive') return;
    const act = { operation: 'deactivateWebhook', by: undefined };
    const deactivated = await webhooks.update(webhook.accountId, webhookId, act, (current) => {
      if (current.endpoint !== endpoint || current.status === 'inactive') return undefined;
      return {
        ...current,
        status: 'inactive',
        updatedAt: new Date(clock.now()),
        updatedBy: 'hooktrail',
      };
    });
    if (deactivated === undefined) return;
    log.warn(
      { webhook_id: webhookId },
      'the endpoint answered 410 Gone; the webhook is now inactive',
    );
  };
}
