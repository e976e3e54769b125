import type { Job } from '@hooktrail/sdk/hooktrail';
import { useQuery } from '@tanstack/preact-query';
import { useRoute } from 'preact-iso';
import { hooktrail } from '../data/hooktrail.ts';
import { mayAct } from '../data/may-act.ts';
import { formatCount } from '../model/format-count.ts';
import { jobTone } from '../model/job-tone.ts';
import { queryText } from '../model/query-text.ts';
import { Badge } from '../parts/badge.tsx';
import { Failure } from '../parts/failure.tsx';
import { JobActs } from '../parts/job-acts.tsx';
import { JobProgress } from '../parts/job-progress.tsx';
import { JobSkipped } from '../parts/job-skipped.tsx';
import { Loading } from '../parts/loading.tsx';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { Time } from '../parts/time.tsx';

const SOON_MS = 2_000;
const LATER_MS = 10_000;

/** Often while it works; seldom while somebody must resume it; never once it has ended. */
function refetchMs(job: Job | undefined): number | false {
  if (job?.state === 'done' || job?.state === 'cancelled') return false;
  return job?.state === 'paused' || job?.state === 'stopped' ? LATER_MS : SOON_MS;
}

const COUNTS = [
  ['Succeeded', 'succeeded'],
  ['Failed', 'failed'],
  ['In flight', 'inFlight'],
  ['Not sent yet', 'waiting'],
  ['Skipped', 'skipped'],
] as const;

const listOf = (q: string) => `/console/invocations?q=${encodeURIComponent(q)}`;

/** One job: how far it is, what it waits for, what it skipped and why. */
export function JobScreen() {
  const { id = '' } = useRoute().params;
  const job = useQuery({
    queryKey: ['job', id],
    queryFn: ({ signal }) => hooktrail.jobs.get(id, { signal }),
    refetchInterval: ({ state }) => refetchMs(state.data),
  });
  if (job.data === undefined) {
    return (
      <Page title="Job">
        {job.error ? (
          <Failure what={`Job ${id}`} error={job.error} onRetry={() => void job.refetch()} />
        ) : (
          <Loading what="the job" />
        )}
      </Page>
    );
  }
  const found = job.data;
  const { counts } = found;
  const q = queryText(found.query);
  return (
    <Page
      title={`Job ${found.id}`}
      heading={<span class="mono">{found.id}</span>}
      actions={mayAct.value && <JobActs job={found} />}
    >
      {job.error && <Failure what="The job" error={job.error} onRetry={() => void job.refetch()} />}
      <div class="row">
        <Badge tone={jobTone(found.state)}>{found.state}</Badge>
        <JobProgress counts={counts} />
        {found.stateReason && <span class="wrap">{found.stateReason}</span>}
      </div>
      {found.waitsFor?.map(({ for: what, webhook }) => (
        <Notice key={webhook.id} tone="hold">
          <p>
            Waits for <a href={`/console/webhooks/${webhook.id}`}>{webhook.name ?? webhook.id}</a>:{' '}
            {what}
          </p>
        </Notice>
      ))}
      <div class="tiles">
        {COUNTS.map(([name, key]) => (
          <div key={key} class="tile">
            <span class="soft">{name}</span>
            <span class="value">{formatCount(counts[key])}</span>
          </div>
        ))}
      </div>
      <dl class="facts">
        <dt>Query</dt>
        <dd>
          {q === undefined ? (
            <code>{JSON.stringify(found.query)}</code>
          ) : (
            <a href={listOf(q)}>
              <code>{q || 'everything'}</code>
            </a>
          )}
        </dd>
        <dt>Replayed last by this job</dt>
        <dd>
          <a href={listOf(`job:${found.id}`)}>
            <code>job:{found.id}</code>
          </a>
        </dd>
        <dt>Selected</dt>
        <dd>
          {formatCount(counts.selected)}
          {counts.more && `, the most it may; the query selects more`}
          {!found.includeSucceeded &&
            `; ${formatCount(counts.alreadyDelivered)} were delivered already`}
        </dd>
        <dt>Rate</dt>
        <dd>
          {formatCount(found.rate)} a second of each webhook, {found.order} first
        </dd>
        {found.targetWebhookId && (
          <>
            <dt>Sent to</dt>
            <dd>
              <a href={`/console/webhooks/${found.targetWebhookId}`}>{found.targetWebhookId}</a>
            </dd>
          </>
        )}
        {found.reason && (
          <>
            <dt>Reason</dt>
            <dd>{found.reason}</dd>
          </>
        )}
        <dt>Created</dt>
        <dd>
          <Time at={found.createdAt} form="long" /> by <code>{found.requestedBy}</code>
        </dd>
        {found.expectedEndAt && (
          <>
            <dt>Expected end</dt>
            <dd>
              <Time at={found.expectedEndAt} form="long" />, if nothing is held back
            </dd>
          </>
        )}
        {found.endedAt && (
          <>
            <dt>Ended</dt>
            <dd>
              <Time at={found.endedAt} form="long" />
            </dd>
          </>
        )}
      </dl>
      {counts.skipped > 0 && <JobSkipped id={found.id} byReason={counts.skippedByReason} />}
    </Page>
  );
}
