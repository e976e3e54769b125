import type { EffectiveRules, WebhookDelivery } from '@hooktrail/sdk/hooktrail';
import { useQuery } from '@tanstack/preact-query';
import { hooktrail } from '../data/hooktrail.ts';
import { formatDuration } from '../model/format-duration.ts';
import { Failure } from './failure.tsx';

const seconds = (value: number) => formatDuration(value * 1_000);

const ROWS: readonly (readonly [
  key: keyof WebhookDelivery['delivery'],
  name: string,
  show: (rules: EffectiveRules) => string,
])[] = [
  ['timeLimitSeconds', 'Time limit', ({ timeLimitSeconds }) => seconds(timeLimitSeconds)],
  [
    'scheduleSeconds',
    'Retries after',
    ({ jitter, scheduleSeconds }) =>
      scheduleSeconds.length === 0
        ? 'no retries'
        : `${scheduleSeconds.map(seconds).join(', ')} (each ±${Math.round(jitter * 100)} %)`,
  ],
  ['concurrency', 'In flight, a node', ({ concurrency }) => String(concurrency)],
  [
    'rateLimit',
    'Rate limit',
    ({ rateLimit }) =>
      rateLimit === null
        ? 'none'
        : `${rateLimit.requests} requests in ${seconds(rateLimit.seconds)}`,
  ],
  [
    'breaker',
    'Circuit breaker',
    ({ breaker }) =>
      breaker === null
        ? 'none'
        : `opens for ${seconds(breaker.openSeconds)} at ${Math.round(breaker.errorRate * 100)} % errors of at least ${breaker.minRequests} requests, or above ${breaker.maxErrors} errors, in ${seconds(breaker.windowSeconds)}`,
  ],
  [
    'standardWebhooks',
    'Standard Webhooks',
    ({ standardWebhooks }) => (standardWebhooks ? 'headers are sent too' : 'no headers'),
  ],
];

/** The rules that apply to a webhook, and where each comes from. */
export function WebhookRules({ id }: { id: string }) {
  const rules = useQuery({
    queryKey: ['delivery', id],
    queryFn: ({ signal }) => hooktrail.webhooks.getDelivery(id, { signal }),
  });
  if (rules.error) {
    return <Failure what="The rules" error={rules.error} onRetry={() => void rules.refetch()} />;
  }
  if (rules.data === undefined) return null;
  const { delivery, effective } = rules.data;
  return (
    <div class="scroll-x">
      <table class="table">
        <thead>
          <tr>
            <th>Rule</th>
            <th>In effect</th>
            <th>From</th>
          </tr>
        </thead>
        <tbody>
          {ROWS.map(([key, name, show]) => (
            <tr key={key}>
              <td>{name}</td>
              <td>{show(effective)}</td>
              <td class="soft">
                {delivery[key] === undefined ? `profile ${effective.profile}` : 'this webhook'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
