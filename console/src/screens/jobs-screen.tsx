import { hooktrail } from '../data/hooktrail.ts';
import { usePages } from '../data/use-pages.ts';
import { formatCount } from '../model/format-count.ts';
import { jobTone } from '../model/job-tone.ts';
import { queryText } from '../model/query-text.ts';
import { Badge } from '../parts/badge.tsx';
import { Empty } from '../parts/empty.tsx';
import { Failure } from '../parts/failure.tsx';
import { JobProgress } from '../parts/job-progress.tsx';
import { Loading } from '../parts/loading.tsx';
import { MoreButton } from '../parts/more-button.tsx';
import { Page } from '../parts/page.tsx';
import { Time } from '../parts/time.tsx';

const LIVE_MS = 5_000;

/** The jobs of the account, newest first, with how far each is. */
export function JobsScreen() {
  const list = usePages(
    ['jobs'],
    (pageAfter, signal) => hooktrail.jobs.list({ pageSize: 50, pageAfter }, { signal }),
    LIVE_MS,
  );
  return (
    <Page title="Jobs">
      {list.error && (
        <Failure what="The list" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isLoading && <Loading what="jobs" />}
      {list.isSuccess && list.rows.length === 0 && (
        <Empty title="No jobs yet">
          <p>
            A job sends again what a query selects. Select all rows of{' '}
            <a href="/console/invocations">Invocations</a>, or replay a group of{' '}
            <a href="/console/undelivered">Undelivered</a>.
          </p>
        </Empty>
      )}
      {list.rows.length > 0 && (
        <div class="card scroll-x">
          <table class="table">
            <thead>
              <tr>
                <th>Created</th>
                <th>State</th>
                <th>Progress</th>
                <th class="num">Failed</th>
                <th class="num">Skipped</th>
                <th class="num">Rate</th>
                <th>Query</th>
              </tr>
            </thead>
            <tbody>
              {list.rows.map((job) => (
                <tr key={job.id}>
                  <td>
                    <a href={`/console/jobs/${job.id}`}>
                      <Time at={job.createdAt} />
                    </a>
                  </td>
                  <td>
                    <Badge tone={jobTone(job.state)}>{job.state}</Badge>
                    {job.stateReason && <div class="soft">{job.stateReason}</div>}
                  </td>
                  <td>
                    <JobProgress counts={job.counts} />
                  </td>
                  <td class="num">{formatCount(job.counts.failed)}</td>
                  <td class="num">{formatCount(job.counts.skipped)}</td>
                  <td class="num nowrap">{formatCount(job.rate)} a second</td>
                  <td class="wrap">
                    <code>{queryText(job.query) || 'everything'}</code>
                    {job.reason && <div class="soft">{job.reason}</div>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <MoreButton list={list} />
        </div>
      )}
    </Page>
  );
}
