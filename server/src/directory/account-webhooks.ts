import type { Webhook } from '../model/webhook.ts';
import { OrderedList } from './ordered-list.ts';
import {
  compareWebhooks,
  type OrderedWebhook,
  orderedWebhook,
  type WebhookOrder,
} from './webhook-order.ts';

/** References to webhooks that cached answers may hold: 8 MB. */
const MAX_CACHED = 1_000_000;

/** Sorting an order again is not worth it for fewer changes that wait for its next read. */
const SPARE_CHANGES = 1_000;

const DOT = 46;
const COLON = 58;

/**
 * The webhooks of one account, kept in the orders in which they are listed, so that a page costs its
 * rows; an order that nobody asks for is not kept. A change waits in each order until somebody reads it,
 * and keeps the webhook as it was: an order in which most entries are such changes is dropped.
 *
 * It finds those that subscribe to an event type. A type is looked up in full and
 * once for each family that it can belong to, one a segment, because the `*` of a family stands for
 * whole segments (`isSubscription`). So a match takes as many look-ups however many subscriptions
 * there are; comparing each of them with the type took 9.5 ms for 1,000 webhooks of 500.
 *
 * It caches the answer per type, because publishers send few types many times, and clears the cache
 * when a webhook changes.
 */
export class AccountWebhooks {
  readonly #webhooks = new Map<string, Webhook>();
  readonly #orders = new Map<WebhookOrder, OrderedList<OrderedWebhook>>();
  /**
   * The ids of webhooks by subscription, a family's with its `*`. Most subscriptions have one
   * webhook, and a set of one would take 200 bytes.
   */
  readonly #subscribers = new Map<string, string | Set<string>>();
  readonly #answers = new Map<string, readonly Webhook[]>();
  #cached = 0;

  put(webhook: Webhook): void {
    this.remove(webhook.id);
    this.#webhooks.set(webhook.id, webhook);
    for (const [order, list] of this.#orders) list.add(orderedWebhook(webhook, order));
    this.#dropUnread();
    for (const subscription of webhook.subscriptions) {
      const known = this.#subscribers.get(subscription);
      if (known === undefined) this.#subscribers.set(subscription, webhook.id);
      else if (known instanceof Set) known.add(webhook.id);
      else this.#subscribers.set(subscription, new Set([known, webhook.id]));
    }
  }

  remove(id: string): void {
    this.#forgetAnswers();
    const webhook = this.#webhooks.get(id);
    if (webhook === undefined) return;
    this.#webhooks.delete(id);
    for (const [order, list] of this.#orders) list.remove(orderedWebhook(webhook, order));
    this.#dropUnread();
    for (const subscription of webhook.subscriptions) {
      const known = this.#subscribers.get(subscription);
      if (known instanceof Set) {
        known.delete(id);
        if (known.size > 0) continue;
      }
      this.#subscribers.delete(subscription);
    }
  }

  /** All webhooks, in no order. */
  all(): Iterable<Webhook> {
    return this.#webhooks.values();
  }

  /** All webhooks in ascending order. The array changes with the webhooks. */
  inOrder(order: WebhookOrder): Promise<readonly OrderedWebhook[]> {
    let list = this.#orders.get(order);
    if (list === undefined) {
      list = new OrderedList(compareWebhooks, this.#placedIn(order));
      this.#orders.set(order, list);
    }
    return list.items();
  }

  /** Follows the webhooks while it is read. */
  *#placedIn(order: WebhookOrder): Generator<OrderedWebhook> {
    for (const webhook of this.#webhooks.values()) yield orderedWebhook(webhook, order);
  }

  /** The next read makes them again. A list that is read has to follow the webhooks, so it is not dropped. */
  #dropUnread(): void {
    const most = 2 * this.#webhooks.size + SPARE_CHANGES;
    for (const [order, list] of this.#orders) if (list.waiting > most) this.#orders.delete(order);
  }

  matching(eventType: string): readonly Webhook[] {
    let answer = this.#answers.get(eventType);
    if (answer === undefined) {
      answer = this.#find(eventType);
      // Publishers choose the types: an endless stream of new ones must not fill memory.
      if (this.#cached + answer.length > MAX_CACHED || this.#answers.size >= 1_000) {
        this.#forgetAnswers();
      }
      this.#answers.set(eventType, answer);
      this.#cached += answer.length;
    }
    return answer;
  }

  #find(eventType: string): readonly Webhook[] {
    const ids = new Set<string>();
    this.#collect(eventType, ids);
    this.#collect('*', ids);
    for (let index = 0; index < eventType.length; index++) {
      const code = eventType.charCodeAt(index);
      if (code === DOT || code === COLON) this.#collect(`${eventType.slice(0, index + 1)}*`, ids);
    }
    const found = Array.from(ids, (id) => this.#webhooks.get(id) as Webhook);
    return found.sort((one, other) => (one.id < other.id ? 1 : -1));
  }

  #collect(subscription: string, ids: Set<string>): void {
    const subscribers = this.#subscribers.get(subscription);
    if (subscribers === undefined) return;
    if (typeof subscribers === 'string') ids.add(subscribers);
    else for (const id of subscribers) ids.add(id);
  }

  #forgetAnswers(): void {
    this.#answers.clear();
    this.#cached = 0;
  }
}
