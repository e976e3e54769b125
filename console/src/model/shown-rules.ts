import type { EffectiveRules, PropagateTrace, WebhookDelivery } from '@hooktrail/sdk/hooktrail';
import { showSeconds } from './show-seconds.ts';

/** What receivers are told of the trace of the publisher, by the names of the API. */
export const TRACE_TEXTS: ReadonlyMap<PropagateTrace, string> = new Map([
  ['off', 'not sent'],
  ['link', 'a trace of its own, with a link'],
  ['pass', 'sent to the receiver'],
]);

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
  [
    'propagateTrace',
    'Trace of the publisher',
    ({ propagateTrace }) => TRACE_TEXTS.get(propagateTrace) ?? propagateTrace,
  ],
  ['signatures', 'Signatures of Standard Webhooks', ({ signatures }) => signatures.join(' and ')],
  [
    'cloudevents',
    'CloudEvents',
    ({ cloudevents }) =>
      cloudevents === null
        ? 'none'
        : `${cloudevents.mode} mode${cloudevents.source === undefined ? '' : `, source ${cloudevents.source}`}${cloudevents.handshake === true ? ', its endpoint is asked first' : ''}`,
  ],
];
