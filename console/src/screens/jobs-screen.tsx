import { hooktrail } from '../data/hooktrail.ts';
import { mayAct } from '../data/may-act.ts';
import { usePages } from '../data/use-pages.ts';
import { formatCount } from '../model/format-count.ts';
import { jobTone } from '../model/job-tone.ts';
import { queryText } from '../model/query-text.ts';
import { stoppedFirst } from '../model/stopped-first.ts';
import { Badge } from '../parts/badge.tsx';
import { Empty } from '../parts/empty.tsx';
import { JobProgress } from '../parts/job-progress.tsx';
import { Page } from '../parts/page.tsx';
import { PagedTable } from '../parts/paged-table.tsx';
import { Time } from '../parts/time.tsx';

const LIVE_MS = 5_000;

/** An account has 20 jobs at most that have not ended: unless a hundred ended since, all are among these. */
const PAGE = 100;

/** The jobs of the account: what stopped or is paused first, then the newest, with how far each is. */
export function JobsScreen() {
  const list = usePages(
    ['jobs'],
    (pageAfter, options) => hooktrail.jobs.list({ pageSize: PAGE, pageAfter }, options),
    { everyMs: LIVE_MS, statements: 1 },
  );
  return (
    <Page title="Jobs">
      <PagedTable
        list={{ ...list, rows: stoppedFirst(list.rows) }}
        what="jobs"
        heads={[
          'Created',
          'Kind',
          'State',
          'Progress',
          ['Failed', 'num'],
          ['Skipped', 'num'],
          ['Rate', 'num'],
          'Query',
        ]}
        empty={
          <Empty title="No jobs yet">
            <p>
              A job sends again, or exports, what a query selects.
              {mayAct.value && (
                <>
                  {' '}
                  Replay a group of <a href="/console/undelivered">Undelivered</a>, select all rows
                  of <a href="/console/invocations">Invocations</a>, or export all that match there.
                </>
              )}
            </p>
          </Empty>
        }
      >
        {(job) => (
          <tr key={job.id}>
            <td>
              <a href={`/console/jobs/${job.id}`}>
                <Time at={job.createdAt} />
              </a>
            </td>
            <td data-head="Kind">{job.kind}</td>
            <td>
              <Badge tone={jobTone(job.state)}>{job.state}</Badge>
              {job.stateReason && <div class="soft">{job.stateReason}</div>}
            </td>
            <td>
              <JobProgress job={job} />
            </td>
            {job.kind === 'export' ? (
              <td class="soft" colSpan={3}>
                {job.of} to {formatCount(job.files.count)}{' '}
                {job.files.count === 1 ? 'file' : 'files'}
              </td>
            ) : job.kind === 'erase' ? (
              <>
                <td />
                <td class="num" data-head="Skipped">
                  {formatCount(job.counts.skipped)}
                </td>
                <td />
              </>
            ) : (
              <>
                <td class="num" data-head="Failed">
                  {formatCount(job.counts.failed)}
                </td>
                <td class="num" data-head="Skipped">
                  {formatCount(job.counts.skipped)}
                </td>
                <td class="num nowrap" data-head="Rate">
                  {formatCount(job.rate)} a second
                </td>
              </>
            )}
            <td class="wrap" data-head="Query">
              <code>{queryText(job.query) || 'everything'}</code>
              {job.reason && <div class="soft">{job.reason}</div>}
            </td>
          </tr>
        )}
      </PagedTable>
    </Page>
  );
}
