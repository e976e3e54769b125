import type { Job } from '@hooktrail/sdk/hooktrail';
import { useQuery } from '@tanstack/preact-query';
import { useRoute } from 'preact-iso';
import { callOptions } from '../data/call-options.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { type Live, live } from '../data/live.ts';
import { mayAct } from '../data/may-act.ts';
import { jobName } from '../model/job-name.ts';
import { jobTone } from '../model/job-tone.ts';
import { queryText } from '../model/query-text.ts';
import { Badge } from '../parts/badge.tsx';
import { EraseActs } from '../parts/erase-acts.tsx';
import { EraseCounts } from '../parts/erase-counts.tsx';
import { ExportActs } from '../parts/export-acts.tsx';
import { ExportFacts } from '../parts/export-facts.tsx';
import { Failure } from '../parts/failure.tsx';
import { JobActs } from '../parts/job-acts.tsx';
import { JobFiles } from '../parts/job-files.tsx';
import { JobProgress } from '../parts/job-progress.tsx';
import { JobSkipped } from '../parts/job-skipped.tsx';
import { Loading } from '../parts/loading.tsx';
import { Page } from '../parts/page.tsx';
import { ReplayCounts } from '../parts/replay-counts.tsx';
import { ReplayFacts } from '../parts/replay-facts.tsx';
import { Time } from '../parts/time.tsx';

const SOON_MS = 2_000;
const LATER_MS = 10_000;

/** Its row, and the gates of the webhooks that it waits for. */
const STATEMENTS = 3;

/** Often while it works; seldom while somebody must resume it; never once it has ended. */
function changes(job: Job | undefined): Live | undefined {
  if (job?.state === 'done' || job?.state === 'cancelled') return undefined;
  const isHeld = job?.state === 'paused' || job?.state === 'stopped';
  return { everyMs: isHeld ? LATER_MS : SOON_MS, statements: STATEMENTS, isBusy: !isHeld };
}

const listOf = (q: string) => `/console/invocations?q=${encodeURIComponent(q)}`;

/** One job: how far it is, what it waits for, what it skipped and why. */
export function JobScreen() {
  const { id = '' } = useRoute().params;
  // What was opened, typed or revealed belongs to this one: nothing of it stays for the next.
  return <OneJob key={id} id={id} />;
}

function OneJob({ id }: { readonly id: string }) {
  const job = useQuery({
    queryKey: ['job', id],
    queryFn: (context) => hooktrail.jobs.get(id, callOptions(context)),
    meta: live(changes),
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
  const q = queryText(found.query);
  return (
    <Page
      title={jobName(found)}
      actions={
        mayAct.value &&
        (found.kind === 'export' ? (
          <ExportActs job={found} />
        ) : found.kind === 'erase' ? (
          <EraseActs job={found} />
        ) : (
          <JobActs job={found} />
        ))
      }
    >
      {job.error && <Failure what="The job" error={job.error} onRetry={() => void job.refetch()} />}
      <div class="row">
        <Badge tone={jobTone(found.state)}>{found.state}</Badge>
        <JobProgress job={found} />
        {found.stateReason && <span class="wrap">{found.stateReason}</span>}
      </div>
      {found.kind === 'erase' ? (
        <EraseCounts job={found} />
      ) : (
        found.kind !== 'export' && <ReplayCounts job={found} />
      )}
      <dl class="facts">
        <dt>Id</dt>
        <dd class="mono">{found.id}</dd>
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
        {found.kind === 'export' ? (
          <ExportFacts job={found} />
        ) : (
          found.kind !== 'erase' && <ReplayFacts job={found} />
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
      {found.kind !== 'export' && found.counts.skipped > 0 && (
        <JobSkipped id={found.id} byReason={found.counts.skippedByReason} />
      )}
      {found.kind === 'export' && <JobFiles job={found} />}
    </Page>
  );
}
