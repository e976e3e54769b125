import type { ListedInvocation } from '@hooktrail/sdk/hooktrail';
import { useInfiniteQuery } from '@tanstack/preact-query';
import { useCallback, useMemo, useRef, useState } from 'preact/hooks';
import { hooktrail } from '../data/hooktrail.ts';
import { mayAct } from '../data/may-act.ts';
import { preferences } from '../data/preferences.ts';
import { useFeed } from '../data/use-feed.ts';
import { useKeys } from '../data/use-keys.ts';
import { useParameters } from '../data/use-parameters.ts';
import { useWebhooks } from '../data/use-webhooks.ts';
import { addTerm } from '../model/add-term.ts';
import { formatCount } from '../model/format-count.ts';
import { ColumnChooser } from '../parts/column-chooser.tsx';
import { Empty } from '../parts/empty.tsx';
import { Failure } from '../parts/failure.tsx';
import { INVOCATION_COLUMNS } from '../parts/invocation-columns.tsx';
import { InvocationTable } from '../parts/invocation-table.tsx';
import { InvocationsChart } from '../parts/invocations-chart.tsx';
import { Loading } from '../parts/loading.tsx';
import { Page } from '../parts/page.tsx';
import { QueryLine } from '../parts/query-line.tsx';
import { ReplaySelected } from '../parts/replay-selected.tsx';

const PAGE = 100;
/** A busy account has more news than a reader wants; beyond this the count ends. */
const MOST_NEWS = 10_000;

const SORTS = [
  ['', 'Newest first'],
  ['created', 'Oldest first'],
  ['-latest', 'Latest attempt first'],
] as const;

/** What the feed told since the list was loaded. */
function useNews(q: string, live: boolean, known: ReadonlySet<string>, asOf: number) {
  const [news, setNews] = useState({
    asOf,
    fresh: new Set<string>(),
    rows: new Map<string, ListedInvocation>(),
  });
  const current = news.asOf === asOf ? news : undefined;
  const latest = useRef(known);
  latest.current = known;
  const onInvocation = useCallback(
    (row: ListedInvocation) =>
      setNews((old) => {
        const base =
          old.asOf === asOf
            ? old
            : { asOf, fresh: new Set<string>(), rows: new Map<string, ListedInvocation>() };
        if (latest.current.has(row.id)) {
          return { ...base, rows: new Map(base.rows).set(row.id, row) };
        }
        if (base.fresh.has(row.id) || base.fresh.size >= MOST_NEWS) return base;
        return { ...base, fresh: new Set(base.fresh).add(row.id) };
      }),
    [asOf],
  );
  const state = useFeed(q, live, onInvocation);
  return { fresh: current?.fresh.size ?? 0, rows: current?.rows, state };
}

/** The list over all webhooks. The URL is the view: the query, the order and the columns. */
export function InvocationsScreen() {
  const parameters = useParameters();
  const q = parameters.get('q');
  const sort = parameters.get('sort');
  const [paused, setPaused] = useState(false);
  const [asOf, setAsOf] = useState(0);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const webhooks = useWebhooks();
  const list = useInfiniteQuery({
    queryKey: ['invocations', q, sort, asOf],
    queryFn: ({ pageParam, signal }) =>
      hooktrail.invocations
        .list(
          q,
          { pageSize: PAGE, sort: sort || undefined, pageAfter: pageParam || undefined },
          { signal },
        )
        .then(({ items, afterCursor, covered }) => ({ items, afterCursor, covered })),
    initialPageParam: '',
    getNextPageParam: (page) => page.afterCursor,
    // The feed tells what changes; a list that is long is not fetched again by itself.
    staleTime: Number.POSITIVE_INFINITY,
  });
  const loaded = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const known = useMemo(() => new Set(loaded.map(({ id }) => id)), [loaded]);
  const news = useNews(q, !paused && list.isSuccess, known, asOf);
  const rows = useMemo(
    () => (news.rows ? loaded.map((row) => news.rows?.get(row.id) ?? row) : loaded),
    [loaded, news.rows],
  );

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
  const chosen = names === '' ? preferences.value.columns : names.split(',');
  const columns = INVOCATION_COLUMNS.filter(({ id }) => chosen.includes(id));
  const types = useMemo(
    () => [...new Set(loaded.flatMap(({ eventType }) => eventType ?? []))].slice(0, 100),
    [loaded],
  );
  const chosenRows = rows.filter(({ id }) => selected.has(id));

  return (
    <Page title="Invocations" wide>
      <QueryLine
        text={q}
        onChange={ask}
        names={{ webhook: webhooks.data?.map(({ name }) => name) ?? [], type: types }}
      />
      <InvocationsChart q={q} live={!paused} onQuery={ask} />
      <div class="row bar">
        {chosenRows.length > 0 ? (
          <>
            <strong>{formatCount(chosenRows.length)} selected</strong>
            <button type="button" class="button plain" onClick={() => setSelected(new Set())}>
              Select none
            </button>
            <ReplaySelected rows={chosenRows} onDone={() => setSelected(new Set())} />
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
              {news.fresh > 0
                ? `${formatCount(news.fresh)}${news.fresh >= MOST_NEWS ? '+' : ''} new`
                : 'Refresh'}
            </button>
          </>
        )}
        <span class="grow" />
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
          {q === '' ? (
            <p>
              An invocation is one event bound for one webhook.{' '}
              <a href="/console/webhooks/new">Create a webhook</a>, then{' '}
              <a href="/console/publish">publish a test event</a>.
            </p>
          ) : (
            <p>
              Remove a condition, or <a href="/console/invocations">show all invocations</a>.
            </p>
          )}
        </Empty>
      )}
      {rows.length > 0 && (
        <>
          <InvocationTable
            rows={rows}
            columns={columns}
            selected={mayAct.value ? selected : undefined}
            onSelect={setSelected}
            onTerm={(term) => ask(addTerm(q, term))}
            onEnd={onEnd}
            changed={new Set(news.rows?.keys())}
          />
          <p class="soft table-foot" role="status">
            {formatCount(rows.length)} loaded
            {list.hasNextPage ? '; more follow as you scroll' : ', all that match'}
            {list.isFetchingNextPage && ' …'}
          </p>
        </>
      )}
    </Page>
  );
}
