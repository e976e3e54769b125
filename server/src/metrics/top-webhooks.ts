import { ATTEMPT_STATUSES, type AttemptStatus } from '../model/delivery-status.ts';
import { MINUTE_MS } from '../model/time-units.ts';
import type { Metrics } from './metrics.ts';

interface Parts {
  readonly metrics: Metrics;
  /** How many webhooks have series of their own. */
  readonly most: number;
  /** Of a webhook that exists. */
  readonly nameOf: (webhookId: string) => string | undefined;
}

/** What one webhook, or all others, did. */
interface Series {
  readonly attempts: Record<AttemptStatus, number>;
  seconds: number;
  /** Attempts since the last change of places. */
  recent: number;
}

/** Webhooks without a series whose attempts are counted until the next change. */
const MOST_CANDIDATES = 10_000;

/** Who has no series needs twice the attempts of one who has: a series that comes and goes shows nothing. */
const BUSIER = 2;

/** A scrape each minute decides who has one. */
const CHANGE_EVERY_MS = MINUTE_MS;

/** Prometheus keeps label values of any length. */
const MOST_NAME = 200;

const newSeries = (): Series => ({
  attempts: Object.fromEntries(ATTEMPT_STATUSES.map((status) => [status, 0])) as Series['attempts'],
  seconds: 0,
  recent: 0,
});

/**
 * Counts the attempts of the busiest webhooks by themselves, and those of all others together. The first
 * ones get a series at once. Once all are taken, a webhook that is busier takes the series of the least busy
 * one: its own begins at 0, and what it did before stays with the others. So each attempt is in one series,
 * none goes back, and a series only ends.
 */
export class TopWebhooks {
  readonly #parts: Parts;
  readonly #named = new Map<string, Series>();
  readonly #others = newSeries();
  readonly #candidates = new Map<string, number>();
  #changeAtMs = 0;

  constructor(parts: Parts) {
    const { metrics } = parts;
    this.#parts = parts;
    const labels = ['webhook_id', 'webhook_name'];
    metrics.counted(
      'hooktrail_webhook_attempts_total',
      'Attempts of the busiest webhooks by status; other: those of all others.',
      [...labels, 'status'],
      () =>
        this.#all().flatMap(({ one, values }) =>
          Object.entries(one.attempts).map(([status, value]) => ({
            labels: [...values, status],
            value,
          })),
        ),
    );
    metrics.counted(
      'hooktrail_webhook_attempt_seconds_total',
      'Time that the attempts of the busiest webhooks took; other: those of all others.',
      labels,
      () => this.#all().map(({ one, values }) => ({ labels: values, value: one.seconds })),
    );
  }

  attempted(webhookId: string, status: AttemptStatus, seconds: number): void {
    let one = this.#named.get(webhookId);
    if (one === undefined) {
      if (this.#named.size < this.#parts.most) {
        one = newSeries();
        this.#named.set(webhookId, one);
      } else {
        one = this.#others;
        const known = this.#candidates.get(webhookId);
        if (known !== undefined || this.#candidates.size < MOST_CANDIDATES) {
          this.#candidates.set(webhookId, (known ?? 0) + 1);
        }
      }
    }
    one.attempts[status]++;
    one.seconds += seconds;
    one.recent++;
  }

  /** Whether a webhook has a series. */
  has(webhookId: string): boolean {
    return this.#named.has(webhookId);
  }

  /** The values of the labels of a webhook. */
  labelsOf(webhookId: string): readonly [string, string] {
    if (!this.#named.has(webhookId)) return ['other', 'other'];
    const name = this.#parts.nameOf(webhookId) ?? '';
    return [webhookId, name.slice(0, MOST_NAME).replace(LONE_SURROGATE, '\uFFFD')];
  }

  /** Gives the series to those who are busiest now, once a minute. */
  change(nowMs: number): void {
    if (nowMs < this.#changeAtMs) return;
    this.#changeAtMs = nowMs + CHANGE_EVERY_MS;
    const leaving = [...this.#named].sort(([, one], [, other]) => one.recent - other.recent);
    const coming = [...this.#candidates].sort(([, one], [, other]) => other - one);
    for (const [place, [webhookId, recent]] of coming.entries()) {
      const least = leaving[place];
      if (least === undefined || recent <= BUSIER * least[1].recent) break;
      this.#named.delete(least[0]);
      this.#named.set(webhookId, newSeries());
    }
    this.#candidates.clear();
    for (const one of this.#named.values()) one.recent = 0;
  }

  #all(): { readonly values: readonly string[]; readonly one: Series }[] {
    const named = [...this.#named].map(([id, one]) => ({ values: this.labelsOf(id), one }));
    return [...named, { values: ['other', 'other'], one: this.#others }];
  }
}

/** A scrape is UTF-8, which has no half of a pair. */
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
