import type { ListedInvocation } from '@hooktrail/sdk/hooktrail';
import { useInfiniteQuery } from '@tanstack/preact-query';
import { useCallback, useMemo, useState } from 'preact/hooks';
import { invocationsQuery } from '../data/invocations-query.ts';
import { mayAct } from '../data/may-act.ts';
import { DEFAULT_COLUMNS, preferences } from '../data/preferences.ts';
import { useKeys } from '../data/use-keys.ts';
import { useLoadedRows } from '../data/use-loaded-rows.ts';
import { useNews } from '../data/use-news.ts';
import { useParameters } from '../data/use-parameters.ts';
import { addTerm } from '../model/add-term.ts';
import { formatCount } from '../model/format-count.ts';
import { placeGaps } from '../model/place-gaps.ts';
import { ColumnChooser } from '../parts/column-chooser.tsx';
import { Empty } from '../parts/empty.tsx';
import { ExportRows } from '../parts/export-rows.tsx';
import { ExportSelected } from '../parts/export-selected.tsx';
import { Failure } from '../parts/failure.tsx';
import { INVOCATION_COLUMNS } from '../parts/invocation-columns.tsx';
import { InvocationTable } from '../parts/invocation-table.tsx';
import { InvocationsChart } from '../parts/invocations-chart.tsx';
import { Loading } from '../parts/loading.tsx';
import { Page } from '../parts/page.tsx';
import { QueryLine } from '../parts/query-line.tsx';
import { ReplayMatching } from '../parts/replay-matching.tsx';
import { ReplaySelected } from '../parts/replay-selected.tsx';
import { ResendSelected } from '../parts/resend-selected.tsx';
import { SavedViews } from '../parts/saved-views.tsx';

const SORTS = [
  ['', 'Newest first'],
  ['created', 'Oldest first'],
  ['-latest', 'Latest attempt first'],
] as const;

/** What a query over invocations can select. */
const EXPORTED = ['invocations', 'attempts'] as const;

const NONE: readonly ListedInvocation[] = [];

/** The list over all webhooks. The URL is the view: the query, the order and the columns. */
export function InvocationsScreen() {
  const parameters = useParameters();
  const q = parameters.get('q');
  const sort = parameters.get('sort');
  const [paused, setPaused] = useState(false);
  const [asOf, setAsOf] = useState(0);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const list = useInfiniteQuery(invocationsQuery(q, sort, asOf));
  const { byId, rows } = useLoadedRows(list.data?.pages);
  const gaps = useMemo(
    () => placeGaps(rows, list.data?.pages.flatMap((page) => page.gaps) ?? [], sort),
    [rows, list.data?.pages, sort],
  );
  const askedAtMs = list.data?.pages[0]?.askedAtMs ?? 0;
  const of = { name: `${asOf} ${sort} ${q}`, askedAtMs };
  const news = useNews(q, !paused && list.isSuccess, byId, of);

  // The rows come first: what the node does meanwhile would make them wait.
  const hasAnswer = list.isFetched;

  const ask = (next: string) => {
    setSelected(new Set());
    parameters.set({ q: next });
  };
  const refresh = () => setAsOf((before) => before + 1);
  useKeys({
    p: () => setPaused(!paused),
    n: refresh,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  const names = parameters.get('cols');
  const asked = names === '' ? preferences.value.columns : names.split(',');
  // A view may name only columns that this version does not have.
  const isKnown = INVOCATION_COLUMNS.some(({ id }) => asked.includes(id));
  const first = list.data?.pages[0]?.items ?? NONE;
  // Whoever chose no columns for this view sees what is not ours.
  const isMixed = names === '' && first.some(({ origin }) => origin !== undefined);
  const chosen = [...(isKnown ? asked : DEFAULT_COLUMNS), ...(isMixed ? ['origin'] : [])];
  // The same array while the choice is the same: rows compare it.
  const columns = useMemo(
    () => INVOCATION_COLUMNS.filter(({ id }) => chosen.includes(id)),
    [chosen.join()],
  );
  const types = useMemo(
    () => [...new Set(first.flatMap(({ eventType }) => eventType ?? []))].slice(0, 100),
    [first],
  );
  const chosenRows = useMemo(
    () =>
      selected.size === 0
        ? []
        : rows.filter(({ id }) => selected.has(id)).map((row) => news.rows.get(row.id) ?? row),
    [rows, news.rows, selected],
  );
  // Of what is not ours nothing is replayed.
  const isArchived = chosenRows.every(({ origin }) => origin !== undefined);
  const allLoaded = rows.length > 0 && chosenRows.length === rows.length;
  const matching = hasNextPage ? `more than ${formatCount(rows.length)}` : formatCount(rows.length);

  return (
    <Page title="Invocations" wide>
      <QueryLine text={q} onChange={ask} types={types} />
      <SavedViews screen="invocations" columns={columns.map(({ id }) => id)} enabled={hasAnswer} />
      <InvocationsChart
        q={q}
        enabled={hasAnswer}
        paused={paused}
        newsMs={news.atMs}
        onQuery={ask}
      />
      <div class="row bar">
        {chosenRows.length > 0 ? (
          <>
            <strong>{formatCount(chosenRows.length)} selected</strong>
            <button type="button" class="button plain" onClick={() => setSelected(new Set())}>
              Select none
            </button>
            {!(allLoaded && hasNextPage) && (
              <>
                <ReplaySelected rows={chosenRows} onDone={() => setSelected(new Set())} />
                {mayAct.value && <ResendSelected rows={chosenRows} />}
                <ExportSelected rows={chosenRows} />
              </>
            )}
            {allLoaded && (
              <>
                {!isArchived && (
                  <ReplayMatching q={q}>Replay all {matching} that match</ReplayMatching>
                )}
                {chosenRows.some(({ origin }) => origin !== undefined) && (
                  <ReplayMatching q={q} kind="resend">
                    Resend all {isArchived ? matching : 'archived ones'} that match
                  </ReplayMatching>
                )}
                <ExportRows q={q} kinds={EXPORTED}>
                  Export all {matching} that match
                </ExportRows>
              </>
            )}
          </>
        ) : (
          <>
            <button
              type="button"
              class="button"
              aria-pressed={paused}
              onClick={() => setPaused(!paused)}
            >
              {paused ? '▶ Resume updates' : '‖ Pause updates'}
            </button>
            {news.state === 'off' && <span class="soft">This query has no live updates.</span>}
            <button
              type="button"
              class={news.fresh > 0 ? 'button primary' : 'button'}
              aria-live="polite"
              onClick={refresh}
            >
              {news.fresh > 0 ? `${formatCount(news.fresh)}${news.more ? '+' : ''} new` : 'Refresh'}
            </button>
          </>
        )}
        <span class="grow" />
        {mayAct.value && chosenRows.length === 0 && rows.length > 0 && (
          <ExportRows q={q} kinds={EXPORTED}>
            Export all
          </ExportRows>
        )}
        <label>
          <span class="sr">Order</span>
          <select
            class="input"
            value={sort}
            onChange={(event) => parameters.set({ sort: event.currentTarget.value })}
          >
            {SORTS.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <ColumnChooser
          chosen={chosen}
          onChange={(next) => {
            preferences.value = { ...preferences.value, columns: next };
            parameters.set({ cols: next.join() }, true);
          }}
        />
      </div>
      {list.error && (
        <Failure what="The list" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isLoading && <Loading what="invocations" />}
      {list.isSuccess && rows.length === 0 && (
        <Empty title={q === '' ? 'No invocations yet' : 'Nothing matches this query'}>
          {gaps.length > 0 ? (
            <p>Nobody knows what finished in the gaps below.</p>
          ) : q === '' ? (
            <p>
              An invocation is one event bound for one webhook.{' '}
              {mayAct.value ? (
                <>
                  <a href="/console/webhooks/new">Create a webhook</a>, then{' '}
                  <a href="/console/publish">publish a test event</a>.
                </>
              ) : (
                'They appear here once events are published that a webhook subscribes to.'
              )}
            </p>
          ) : (
            <p>
              Remove a condition, or <a href="/console/invocations">show all invocations</a>.
            </p>
          )}
        </Empty>
      )}
      {(rows.length > 0 || gaps.length > 0) && (
        <>
          <InvocationTable
            rows={rows}
            gaps={gaps}
            columns={columns}
            selected={mayAct.value ? selected : undefined}
            onSelect={setSelected}
            onTerm={(term) => ask(addTerm(q, term))}
            onEnd={onEnd}
            updated={news.rows}
          />
          <p class="soft table-foot" role="status">
            {formatCount(rows.length)} loaded
            {list.hasNextPage ? '; more follow as you scroll' : ', all that match'}
            {gaps.length > 0 &&
              `. ${formatCount(gaps.length)} ${gaps.length === 1 ? 'gap' : 'gaps'} in the archive: there may have been more`}
            {list.isFetchingNextPage && ' …'}
          </p>
        </>
      )}
    </Page>
  );
}
