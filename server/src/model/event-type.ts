import { DIRECT } from './webhook.ts';

/** The longest event type or subscription, in characters. */
export const MAX_EVENT_TYPE_LENGTH = 255;

const SEGMENT = '[A-Za-z0-9_-]+';
const ZENDESK = 'zen:event-type:';

/**
 * A regular expression for event types: Zendesk's `zen:event-type:ticket.created`, or a custom type
 * `name.space.verb` of two segments or more (spec/contract.md, "Webhook"). Custom types have no
 * colon, so that a misspelt `zen:event:` is refused instead of matching nothing.
 */
export const EVENT_TYPE_PATTERN = `^(?:${ZENDESK})?${SEGMENT}(?:\\.${SEGMENT})+$`;

/**
 * A regular expression for subscriptions: an event type, or a family of types. The `*` of a family
 * matches whole segments: `order.*` matches `order.paid` and `order.item.added` but not
 * `orders.paid`, `zen:event-type:*` matches every Zendesk type, and `*` matches every type.
 */
const SUBSCRIPTION_PATTERN = `^(?:(?:${ZENDESK})?${SEGMENT}(?:\\.${SEGMENT})+|(?:${ZENDESK})?(?:${SEGMENT}\\.)*\\*)$`;

const subscription = new RegExp(SUBSCRIPTION_PATTERN);

/** Whether a text is a subscription that a webhook can have, `DIRECT` included. */
export function isSubscription(text: string): boolean {
  return text === DIRECT || (text.length <= MAX_EVENT_TYPE_LENGTH && subscription.test(text));
}
