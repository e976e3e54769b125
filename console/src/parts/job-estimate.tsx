import type { JobEstimate as Estimate } from '@hooktrail/sdk/hooktrail';
import { formatCount } from '../model/format-count.ts';
import { formatDuration } from '../model/format-duration.ts';
import { statusTone } from '../model/status-tone.ts';
import { Badge } from './badge.tsx';

const SECOND = 1_000;
/** More rows would push the button out of sight; the rest is one line. */
const MOST_WEBHOOKS = 10;

/** What a dry run counted: by webhook and status, what is skipped, and how long it takes. */
export function JobEstimate({ estimate }: { estimate: Estimate }) {
  const { alreadyDelivered, archived, bodiesGone, counted, exact, expectedDurationS } = estimate;
  const more = estimate.webhooksCount - Math.min(estimate.webhooks.length, MOST_WEBHOOKS);
  return (
    <>
      {!exact && (
        <p class="soft">
          Estimated from the first {formatCount(counted)}; the job counts exactly as it selects.
        </p>
      )}
      <div class="scroll-x">
        <table class="table">
          <thead>
            <tr>
              <th>Webhook</th>
              <th class="num">Invocations</th>
              <th>By status</th>
            </tr>
          </thead>
          <tbody>
            {estimate.webhooks
              .slice(0, MOST_WEBHOOKS)
              .map(({ byStatus, heldBy, invocations, webhook }) => (
                <tr key={webhook.id}>
                  <td class="wrap">
                    {webhook.name} {heldBy && <Badge tone="hold">{heldBy}</Badge>}
                  </td>
                  <td class="num">{formatCount(invocations)}</td>
                  <td>
                    <span class="row">
                      {Object.entries(byStatus).map(([status, count]) => (
                        <Badge key={status} tone={statusTone(status)}>
                          {formatCount(count)} {status}
                        </Badge>
                      ))}
                    </span>
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      </div>
      {more > 0 && <p class="soft">and {formatCount(more)} more webhooks</p>}
      <dl class="facts">
        <dt>Expected duration</dt>
        <dd>{formatDuration(expectedDurationS * SECOND)}, if nothing is held back</dd>
        <dt>Already delivered</dt>
        <dd>{formatCount(alreadyDelivered)} left out</dd>
        <dt>Body no longer kept</dt>
        <dd>{formatCount(bodiesGone)} will be skipped</dd>
        {archived > 0 && (
          <>
            <dt>Archived from elsewhere</dt>
            <dd>{formatCount(archived)} will be skipped</dd>
          </>
        )}
      </dl>
    </>
  );
}
