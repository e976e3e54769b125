import { DIRECT } from './webhook.ts';

/** The longest event type or subscription, in characters. */
export const MAX_EVENT_TYPE_LENGTH = 255;

const SEGMENT = '[A-Za-z0-9_-]+';
const ZENDESK = 'zen:event-type:';

/**
 * An event type, as a regular expression: Zendesk's `zen:event-type:ticket.created`, or one of the
 * publisher's own, of the form `name.space.verb` (contract §1), of two segments or more. Own types
 * have no colon, so that a misspelt `zen:event:` is refused instead of never being matched.
 */
export const EVENT_TYPE_PATTERN = `^(?:${ZENDESK})?${SEGMENT}(?:\\.${SEGMENT})+$`;

/**
 * What a webhook can subscribe to: an event type, or a family of them. The `*` of a family stands
 * for whole segments: `order.*` matches `order.paid` and `order.item.added` but not `orders.paid`,
 * `zen:event-type:*` every type of Zendesk's, `*` alone every type.
 */
export const SUBSCRIPTION_PATTERN = `^(?:(?:${ZENDESK})?${SEGMENT}(?:\\.${SEGMENT})+|(?:${ZENDESK})?(?:${SEGMENT}\\.)*\\*)$`;

const eventType = new RegExp(EVENT_TYPE_PATTERN);
const subscription = new RegExp(SUBSCRIPTION_PATTERN);

/** Whether a text is the type of an event that can be published. */
export function isEventType(text: string): boolean {
  return text.length <= MAX_EVENT_TYPE_LENGTH && eventType.test(text);
}

/** Whether a text is one of the subscriptions that a webhook can have; `DIRECT` is one as well. */
export function isSubscription(text: string): boolean {
  return text === DIRECT || (text.length <= MAX_EVENT_TYPE_LENGTH && subscription.test(text));
}
