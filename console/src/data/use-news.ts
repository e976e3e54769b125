import type { ListedInvocation } from '@hooktrail/sdk/hooktrail';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type FeedState, useFeed } from './use-feed.ts';

/** A busy account has more news than a reader wants; beyond this the count ends. */
const MOST = 10_000;

/** What happened is shown together: a busy feed has thousands of events a second. */
const TOGETHER_MS = 250;

/** What the feed said since a list was loaded. */
export interface News {
  /** Rows that the list does not have. */
  readonly fresh: number;
  /** `fresh` has ended its count. */
  readonly more: boolean;
  /** Rows that the list has, as they are now. */
  readonly rows: ReadonlyMap<string, ListedInvocation>;
  readonly changed: ReadonlySet<string>;
  /** When the last of it was said; 0: nothing was. */
  readonly atMs: number;
}

const NONE: News = { fresh: 0, more: false, rows: new Map(), changed: new Set(), atMs: 0 };

const isSame = (one: ListedInvocation, other: ListedInvocation) =>
  one.attemptsCount === other.attemptsCount &&
  one.state === other.state &&
  one.status === other.status;

const emptyBox = () => ({
  fresh: new Set<string>(),
  rows: new Map<string, ListedInvocation>(),
  timer: undefined as ReturnType<typeof setTimeout> | undefined,
});

/**
 * Follows what a query selects, while `live`, and compares it with the list.
 *
 * @param known What the list has, by id.
 * @param of What the list is of, and when it was asked for, in milliseconds since 1970; with another one the news
 *   begin again.
 */
export function useNews(
  q: string,
  live: boolean,
  known: ReadonlyMap<string, ListedInvocation>,
  { name: of, askedAtMs }: { readonly name: string; readonly askedAtMs: number },
): News & { readonly state: FeedState } {
  const [shown, setShown] = useState({ of, news: NONE });
  const latest = useRef(known);
  latest.current = known;
  const box = useMemo(emptyBox, [of]);
  useEffect(() => () => clearTimeout(box.timer), [box]);

  const onInvocation = useCallback(
    (row: ListedInvocation) => {
      const listed = latest.current.get(row.id);
      if (listed !== undefined) {
        // The feed begins a little before the list: what the list has already is no news.
        if (row.attemptsCount < listed.attemptsCount) return;
        if (isSame(row, listed)) box.rows.delete(row.id);
        else box.rows.set(row.id, row);
      } else if (box.fresh.size < MOST) box.fresh.add(row.id);
      box.timer ??= setTimeout(() => {
        box.timer = undefined;
        // A row that was fresh may have come with a later page.
        for (const id of box.fresh) if (latest.current.has(id)) box.fresh.delete(id);
        const { size } = box.fresh;
        const rows = new Map(box.rows);
        const changed = new Set(rows.keys());
        const news = { fresh: size, more: size >= MOST, rows, changed, atMs: Date.now() };
        setShown({ of, news });
      }, TOGETHER_MS);
    },
    [of, box],
  );
  const state = useFeed(q, live, askedAtMs, onInvocation);
  return { ...(shown.of === of ? shown.news : NONE), state };
}
