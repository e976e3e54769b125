import { isSubscription } from '../../model/event-type.ts';
import { DIRECT } from '../../model/webhook.ts';
import type { FieldErrors } from '../errors/field-errors.ts';
import { showValue } from '../errors/show-value.ts';

/**
 * Rejects subscriptions that are malformed, repeated, or of both kinds
 * (spec/contract.md, "Webhook").
 */
export function checkSubscriptions(
  field: string,
  subscriptions: readonly string[],
  errors: FieldErrors,
): void {
  const seen = new Set<string>();
  subscriptions.forEach((subscription, index) => {
    const path = `${field}[${index}]`;
    if (!isSubscription(subscription)) {
      errors.add(
        path,
        'invalid_format',
        `must be an event type such as zen:event-type:ticket.created or order.paid, a family such as order.*, or ${DIRECT}, got ${showValue(subscription)}`,
      );
    } else if (seen.has(subscription)) {
      errors.add(path, 'duplicate', `repeats ${showValue(subscription)}`);
    }
    seen.add(subscription);
  });
  if (seen.has(DIRECT) && seen.size > 1) {
    errors.add(field, 'conflict', `must be either event types or exactly ${DIRECT}, not both`);
  }
}
