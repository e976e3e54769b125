import type { ReplayJob } from '@hooktrail/sdk/hooktrail';
import { formatCount } from '../model/format-count.ts';

/** What a replay was asked to do. */
export function ReplayFacts({ job }: { job: ReplayJob }) {
  const { counts } = job;
  return (
    <>
      <dt>Replayed last by this job</dt>
      <dd>
        <a href={`/console/invocations?q=${encodeURIComponent(`job:${job.id}`)}`}>
          <code>job:{job.id}</code>
        </a>
      </dd>
      <dt>Selected</dt>
      <dd>
        {formatCount(counts.selected)}
        {counts.more && `, the most it may; the query selects more`}
        {!job.includeSucceeded &&
          `; ${formatCount(counts.alreadyDelivered)} were delivered already`}
      </dd>
      <dt>Rate</dt>
      <dd>
        {formatCount(job.rate)} a second of each webhook, {job.order} first
      </dd>
      {job.targetWebhookId && (
        <>
          <dt>Sent to</dt>
          <dd>
            <a href={`/console/webhooks/${job.targetWebhookId}`}>{job.targetWebhookId}</a>
          </dd>
        </>
      )}
    </>
  );
}
