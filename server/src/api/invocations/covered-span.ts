import { parseRange } from '../input/parse-range.ts';

type Row = { readonly latest_completed_at?: string; readonly created_at: string };

interface Page {
  readonly invocations: readonly Row[];
  readonly meta: { readonly after_cursor?: string; readonly before_cursor?: string };
}

type Query = Parameters<typeof parseRange>[0] & { readonly sort?: string };

/**
 * The span of which a page of the list of a webhook would have all rows: from its first to its last one, and where
 * no page is before or after it, as far as the list goes.
 */
export function coveredSpan({ invocations, meta }: Page, query: Query) {
  const range = parseRange(query);
  const [first, last] = [invocations[0], invocations.at(-1)].map((row) =>
    row === undefined ? undefined : Date.parse(row.latest_completed_at ?? row.created_at),
  );
  const start = meta.before_cursor === undefined ? undefined : first;
  const end = meta.after_cursor === undefined ? undefined : last;
  const isAscending = query.sort === 'latest_completed_at';
  const [fromMs, toMs] = isAscending ? [start, end] : [end, start];
  return {
    fromMs: fromMs ?? range.fromMs ?? 0,
    toMs: toMs ?? range.toMs ?? Number.POSITIVE_INFINITY,
  };
}
