import type { Webhook } from '../model/webhook.ts';

/**
 * Finds the webhooks of one account that subscribe to an event type. It caches the answer per type,
 * because publishers send few types many times, and clears the cache when a webhook changes.
 */
export class SubscriptionIndex {
  readonly #webhooks = new Map<string, Webhook>();
  readonly #answers = new Map<string, readonly Webhook[]>();
  #newestFirst: readonly Webhook[] | undefined;

  put(webhook: Webhook): void {
    this.#webhooks.set(webhook.id, webhook);
    this.#forget();
  }

  remove(id: string): void {
    this.#webhooks.delete(id);
    this.#forget();
  }

  newestFirst(): readonly Webhook[] {
    this.#newestFirst ??= [...this.#webhooks.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
    return this.#newestFirst;
  }

  matching(eventType: string): readonly Webhook[] {
    let answer = this.#answers.get(eventType);
    if (answer === undefined) {
      answer = this.newestFirst().filter((webhook) =>
        webhook.subscriptions.some((subscription) => matches(subscription, eventType)),
      );
      // Publishers choose the types: an endless stream of new ones must not fill memory.
      if (this.#answers.size >= 1_000) this.#answers.clear();
      this.#answers.set(eventType, answer);
    }
    return answer;
  }

  #forget(): void {
    this.#answers.clear();
    this.#newestFirst = undefined;
  }
}

/** A trailing `*` matches a family; anything else matches itself (spec/contract.md, "Webhook"). */
function matches(subscription: string, eventType: string): boolean {
  return subscription.endsWith('*')
    ? eventType.startsWith(subscription.slice(0, -1))
    : subscription === eventType;
}
