import { byLabels } from '../metrics/by-labels.ts';
import type { Known } from '../metrics/known.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { TopWebhooks } from '../metrics/top-webhooks.ts';
import type { Clock } from '../model/clock.ts';
import type { DueCount } from '../trail/due-counts.ts';

interface Parts {
  readonly clock: Clock;
  readonly due: Known<readonly DueCount[]>;
  /** Why what is due of a webhook would wait now. */
  readonly heldBy: (webhookId: string) => string | undefined;
  readonly metrics: Metrics;
  readonly top: TopWebhooks | undefined;
}

/** What waits for nothing but its turn. */
const NOT_HELD = 'none';

/** Adds gauges of what is due, by what holds it back. */
export function addDueGauges({ clock, due, heldBy, metrics, top }: Parts): void {
  const held = ({ webhookId }: DueCount) => [heldBy(webhookId) ?? NOT_HELD];
  metrics.gauge(
    'hooktrail_due_invocations',
    'Due invocations by what holds them back (none: they are about to be sent), exact up to 10,000 a webhook. Of the whole database, so every node says the same.',
    ['held'],
    () => due.value && byLabels(due.value, held, (one) => one.due),
  );
  metrics.gauge(
    'hooktrail_due_webhooks',
    'Webhooks that have due invocations, by what holds these back.',
    ['held'],
    () => due.value && byLabels(due.value, held, () => 1),
  );
  metrics.gauge(
    'hooktrail_due_webhooks_cut',
    'Webhooks that may have more due invocations than were counted.',
    [],
    () => due.value?.filter(({ isCut }) => isCut).length,
  );
  metrics.gauge(
    'hooktrail_oldest_due_age_seconds',
    'How long the oldest due invocation has been due, by what holds it back.',
    ['held'],
    () => {
      const ageOf = ({ sinceMs }: DueCount) => Math.max(0, clock.now() - sinceMs) / 1_000;
      return due.value && byLabels(due.value, held, ageOf, Math.max);
    },
  );
  if (top === undefined) return;
  metrics.gauge(
    'hooktrail_webhook_due_invocations',
    'Due invocations of the busiest webhooks, exact up to 10,000; other: those of all others.',
    ['webhook_id', 'webhook_name'],
    () =>
      due.value &&
      byLabels(
        due.value,
        ({ webhookId }) => top.labelsOf(webhookId),
        (one) => one.due,
      ),
  );
}
