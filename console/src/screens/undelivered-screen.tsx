import { useQuery } from '@tanstack/preact-query';
import { useRef } from 'preact/hooks';
import { callOptions } from '../data/call-options.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { live } from '../data/live.ts';
import { mayAct } from '../data/may-act.ts';
import { useParameters } from '../data/use-parameters.ts';
import { atLeast } from '../model/at-least.ts';
import { causeTerms } from '../model/cause-terms.ts';
import { formatCount } from '../model/format-count.ts';
import { Empty } from '../parts/empty.tsx';
import { ExportRows } from '../parts/export-rows.tsx';
import { Failure } from '../parts/failure.tsx';
import { Loading } from '../parts/loading.tsx';
import { Page } from '../parts/page.tsx';
import { QueryLine } from '../parts/query-line.tsx';
import { ReplayMatching } from '../parts/replay-matching.tsx';
import { SavedViews } from '../parts/saved-views.tsx';
import { Time } from '../parts/time.tsx';

const LIVE_MS = 30_000;
/** Names twice, the start of the archive, and the groups. */
const STATEMENTS = 4;
/** Counting 10,000 webhooks takes a second: a screen that is open may use a hundredth of that. */
const REST = 100;

/** What waits after a failure or ended without a success, by webhook and cause. The URL is the view. */
export function UndeliveredScreen() {
  const parameters = useParameters();
  const q = parameters.get('q');
  const tookMs = useRef(0);
  const found = useQuery({
    queryKey: ['undelivered', q],
    queryFn: async (context) => {
      const startedMs = performance.now();
      const counted = await hooktrail.undelivered(q, callOptions(context));
      tookMs.current = performance.now() - startedMs;
      return counted;
    },
    meta: live(() => ({
      everyMs: Math.max(LIVE_MS, tookMs.current * REST),
      statements: STATEMENTS,
    })),
  });
  const narrowed = q === '' ? '' : ` ${q}`;
  const listOf = (terms: string) => `/console/invocations?q=${encodeURIComponent(terms)}`;
  const { meta, total, undelivered: groups = [] } = found.data ?? {};
  const isCut = meta !== undefined && groups.some(({ more }) => more);
  return (
    <Page
      title="Undelivered now"
      actions={
        <a class="button" href={listOf(`state:undelivered${narrowed}`)}>
          Open as a list
        </a>
      }
    >
      <QueryLine
        text={q}
        label="Narrow what is undelivered"
        onChange={(next) => parameters.set({ q: next })}
      />
      <SavedViews screen="undelivered" />
      {found.error && (
        <Failure what="The groups" error={found.error} onRetry={() => void found.refetch()} />
      )}
      {found.isLoading && <Loading what="what is undelivered" />}
      {found.isSuccess && groups.length === 0 && (
        <Empty
          title={q === '' ? 'Everything is delivered' : 'Nothing undelivered matches this query'}
        >
          <p>
            {q === '' ? (
              'Nothing waits after a failure, and nothing ended without a success.'
            ) : (
              <a href="/console/undelivered">Show all that is undelivered</a>
            )}
          </p>
        </Empty>
      )}
      {total !== undefined && groups.length > 0 && (
        <>
          <p class="soft" role="status">
            {atLeast(total)} in all.
            {total.groups > groups.length &&
              ` The ${formatCount(groups.length)} largest of ${formatCount(total.groups)} groups are shown.`}
            {isCut && ' Counting stops at 10,000 of a webhook.'}
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
                  const { errorClass, more, oldestAt, status, waiting, webhook } = group;
                  const terms = `state:undelivered webhook:${webhook.id} ${causeTerms(group)}${narrowed}`;
                  return (
                    <tr key={terms}>
                      <td class="wrap">
                        <a
                          href={
                            webhook.origin === undefined
                              ? `/console/webhooks/${webhook.id}`
                              : listOf(`webhook:${webhook.id}`)
                          }
                        >
                          {webhook.name}
                        </a>
                        {webhook.deletedAt && <span class="soft"> (deleted)</span>}
                        {webhook.origin && (
                          <span class="soft"> archived from {webhook.origin}</span>
                        )}
                      </td>
                      <td data-head="Cause">{errorClass ?? status}</td>
                      <td class="num" data-head="Undelivered">
                        <a href={listOf(terms)}>{atLeast(group)}</a>
                      </td>
                      <td class="num" data-head="Still retried">
                        {atLeast({ count: waiting, more: more && waiting > 0 })}
                      </td>
                      <td data-head="Oldest">
                        {more && <span class="soft">before </span>}
                        <Time at={oldestAt} />
                      </td>
                      <td class="num">
                        {mayAct.value && (
                          <span class="row end">
                            {webhook.origin === undefined ? (
                              <ReplayMatching q={terms}>Replay these</ReplayMatching>
                            ) : (
                              <ReplayMatching q={terms} kind="resend" title="Resend these">
                                Resend these
                              </ReplayMatching>
                            )}
                            <ExportRows q={terms} kinds={['invocations', 'attempts']}>
                              Export these
                            </ExportRows>
                          </span>
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
