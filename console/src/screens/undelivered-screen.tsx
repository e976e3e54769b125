import { useQuery } from '@tanstack/preact-query';
import { hooktrail } from '../data/hooktrail.ts';
import { mayAct } from '../data/may-act.ts';
import { formatCount } from '../model/format-count.ts';
import { groupUndelivered } from '../model/group-undelivered.ts';
import { Empty } from '../parts/empty.tsx';
import { Failure } from '../parts/failure.tsx';
import { Loading } from '../parts/loading.tsx';
import { Page } from '../parts/page.tsx';
import { ReplaySelected } from '../parts/replay-selected.tsx';
import { Time } from '../parts/time.tsx';

/** Ten requests of one page each: enough to say what is broken. */
const MOST = 1_000;
const LIVE_MS = 30_000;

/** What waits after a failure or ended without a success, by webhook and cause. */
export function UndeliveredScreen() {
  const list = useQuery({
    queryKey: ['undelivered'],
    queryFn: ({ signal }) =>
      hooktrail.invocations
        .list('state:undelivered', { pageSize: 100 }, { signal })
        .all({ limit: MOST + 1 }),
    refetchInterval: LIVE_MS,
  });
  const rows = list.data?.slice(0, MOST) ?? [];
  const groups = groupUndelivered(rows);
  const more = (list.data?.length ?? 0) > MOST;
  return (
    <Page
      title="Undelivered now"
      actions={
        <a class="button" href="/console/invocations?q=state%3Aundelivered">
          Open as a list
        </a>
      }
    >
      {list.error && (
        <Failure what="The groups" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isLoading && <Loading what="what is undelivered" />}
      {list.isSuccess && groups.length === 0 && (
        <Empty title="Everything is delivered">
          <p>Nothing waits after a failure, and nothing ended without a success.</p>
        </Empty>
      )}
      {groups.length > 0 && (
        <>
          <p class="soft" role="status">
            {more
              ? `The newest ${formatCount(MOST)} are grouped here; there are more.`
              : `${formatCount(rows.length)} in all.`}
          </p>
          <div class="card scroll-x">
            <table class="table">
              <thead>
                <tr>
                  <th>Webhook</th>
                  <th>Cause</th>
                  <th class="num">Undelivered</th>
                  <th class="num">Still retried</th>
                  <th>Oldest</th>
                  <th>
                    <span class="sr">Acts</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {groups.map((group) => {
                  const { cause, isError, webhook } = group;
                  const value = `"${cause}"`;
                  const q = `state:undelivered webhook:${webhook.id} ${isError ? 'error' : 'status'}:${value}`;
                  const oldest = group.rows.at(-1);
                  return (
                    <tr key={q}>
                      <td>
                        <a href={`/console/webhooks/${webhook.id}`}>{webhook.name}</a>
                      </td>
                      <td>{cause}</td>
                      <td class="num">
                        <a href={`/console/invocations?q=${encodeURIComponent(q)}`}>
                          {formatCount(group.rows.length)}
                        </a>
                      </td>
                      <td class="num">{formatCount(group.waiting)}</td>
                      <td>{oldest && <Time at={oldest.createdAt} />}</td>
                      <td class="num">
                        {mayAct.value && (
                          <ReplaySelected rows={group.rows} onDone={() => void list.refetch()} />
                        )}
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        </>
      )}
    </Page>
  );
}
