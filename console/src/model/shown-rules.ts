import type { EffectiveRules, WebhookDelivery } from '@hooktrail/sdk/hooktrail';
import { showSeconds } from './show-seconds.ts';

/** What is shown of each rule, in the order of the table. */
export const SHOWN_RULES: readonly (readonly [
  key: keyof WebhookDelivery['delivery'],
  name: string,
  show: (rules: EffectiveRules) => string,
])[] = [
  ['timeLimitSeconds', 'Time limit', ({ timeLimitSeconds }) => showSeconds(timeLimitSeconds)],
  [
    'scheduleSeconds',
    'Retries after',
    ({ jitter, scheduleSeconds }) =>
      scheduleSeconds.length === 0
        ? 'no retries'
        : `${scheduleSeconds.map(showSeconds).join(', ')} (each ±${Math.round(jitter * 100)} %)`,
  ],
  ['concurrency', 'In flight, a node', ({ concurrency }) => String(concurrency)],
  [
    'rateLimit',
    'Rate limit',
    ({ rateLimit }) =>
      rateLimit === null
        ? 'none'
        : `${rateLimit.requests} requests in ${showSeconds(rateLimit.seconds)}`,
  ],
  [
    'breaker',
    'Circuit breaker',
    ({ breaker }) =>
      breaker === null
        ? 'none'
        : `opens for ${showSeconds(breaker.openSeconds)} at ${Math.round(breaker.errorRate * 100)} % errors of at least ${breaker.minRequests} requests, or above ${breaker.maxErrors} errors, in ${showSeconds(breaker.windowSeconds)}`,
  ],
  [
    'standardWebhooks',
    'Standard Webhooks',
    ({ standardWebhooks }) => (standardWebhooks ? 'headers are sent too' : 'no headers'),
  ],
];
