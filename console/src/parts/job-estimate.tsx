import type { JobEstimate as Estimate } from '@hooktrail/sdk/hooktrail';
import { formatCount } from '../model/format-count.ts';
import { formatDuration } from '../model/format-duration.ts';
import type { Sending } from '../model/sending.ts';
import { CountedWebhooks } from './counted-webhooks.tsx';

const SECOND = 1_000;

/** What a dry run counted: by webhook and status, what is skipped, and how long it takes. */
export function JobEstimate({ estimate, kind }: { estimate: Estimate; kind: Sending }) {
  const { alreadyDelivered, archived, bodiesGone, counted, exact, expectedDurationS } = estimate;
  return (
    <>
      {!exact && (
        <p class="soft">
          Estimated from the first {formatCount(counted)}; the job counts exactly as it selects.
        </p>
      )}
      <CountedWebhooks webhooks={estimate.webhooks} total={estimate.webhooksCount} />
      <dl class="facts">
        <dt>Expected duration</dt>
        <dd>{formatDuration(expectedDurationS * SECOND)}, if nothing is held back</dd>
        <dt>Already delivered</dt>
        <dd>{formatCount(alreadyDelivered)} left out</dd>
        {kind === 'replay' && (
          <>
            <dt>Body no longer kept</dt>
            <dd>{formatCount(bodiesGone)} will be skipped</dd>
          </>
        )}
        {Object.entries(estimate.skippedByReason ?? {})
          .filter(([, count]) => count > 0)
          .map(([reason, count]) => (
            <div key={reason} class="contents">
              <dt>{reason}</dt>
              <dd>{formatCount(count)} will be skipped</dd>
            </div>
          ))}
        {kind === 'replay' && archived > 0 && (
          <>
            <dt>Archived from elsewhere</dt>
            <dd>{formatCount(archived)} will be skipped</dd>
          </>
        )}
      </dl>
    </>
  );
}
