import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { callOptions } from '../data/call-options.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { live } from '../data/live.ts';
import { binCounts } from '../model/bin-counts.ts';
import { countedStep } from '../model/counted-step.ts';
import { formatCount } from '../model/format-count.ts';
import { parseOrNothing } from '../model/parse-or-nothing.ts';
import { replaceTerms } from '../model/replace-terms.ts';
import { statusTone } from '../model/status-tone.ts';
import { uncountedFields } from '../model/uncounted-fields.ts';
import { Badge } from './badge.tsx';
import { Failure } from './failure.tsx';
import { Histogram } from './histogram.tsx';

/** While something happens. */
const BUSY_MS = 10_000;
const QUIET_MS = 60_000;
/** Names of webhooks, what is not folded yet, and rollups. */
const STATEMENTS = 3;

const minute = (at: Date) => `${at.toISOString().slice(0, 16)}Z`;

/** What the query selects, counted by status over time, where rollups can answer. */
export function InvocationsChart({
  q,
  enabled = true,
  paused = false,
  newsMs = 0,
  onQuery,
}: {
  q: string;
  /** Whether the screen has what matters more. */
  enabled?: boolean;
  /** Shows what was counted when it was loaded. */
  paused?: boolean;
  /** When something of what it counts changed last, where the screen knows. */
  newsMs?: number;
  onQuery: (q: string) => void;
}) {
  const query = parseOrNothing(q) ?? [];
  const beyond = uncountedFields(query);
  const countable = beyond.length === 0;
  const { step, widthMs } = countedStep(query, Date.now());
  const counted = useQuery({
    queryKey: ['counts', q, step],
    queryFn: (context) => hooktrail.counts(q, { by: ['status'], step }, callOptions(context)),
    enabled: enabled && countable,
    placeholderData: keepPreviousData,
    meta: live(() => {
      if (paused) return undefined;
      const isBusy = Date.now() - newsMs < 2 * BUSY_MS;
      return { everyMs: isBusy ? BUSY_MS : QUIET_MS, statements: STATEMENTS, isBusy };
    }),
  });
  const total = useQuery({
    queryKey: ['live-count', q],
    queryFn: ({ signal }) => hooktrail.counts(q, {}, { signal }),
    enabled: enabled && !countable && q !== '',
    staleTime: 30_000,
  });

  if (!countable) {
    const found = total.data?.live;
    return (
      <p class="chart-note soft">
        {found && (
          <strong>
            {formatCount(found.invocations)}
            {found.more ? '+' : ''} match.{' '}
          </strong>
        )}
        No chart: counts are kept by webhook, status, error and time, and this query also asks for{' '}
        {beyond.map((field, index) => (
          <span key={field}>
            {index > 0 && ', '}
            <code>{field}</code>
          </span>
        ))}
        .
      </p>
    );
  }
  if (counted.error) {
    return (
      <Failure what="The chart" error={counted.error} onRetry={() => void counted.refetch()} />
    );
  }
  if (counted.data === undefined) {
    // As high as what comes: the rows below must not move away from under a pointer.
    return (
      <div class="chart">
        <div class="histogram placeholder" />
        <div class="row legend" />
      </div>
    );
  }
  const { counts, meta } = counted.data;
  const rows = counts.flatMap(({ at, status, attempts }) =>
    at === undefined ? [] : [{ at, status: status ?? 'unknown', count: attempts }],
  );
  const byStatus = new Map<string, number>();
  for (const { status, count } of rows) byStatus.set(status, (byStatus.get(status) ?? 0) + count);
  return (
    <section aria-label="Attempts by status over time" class="chart">
      <Histogram
        bins={binCounts(rows, meta.from, meta.to, widthMs)}
        onSpan={(from, to) => {
          const last = new Date(to.getTime() - 60_000);
          const values = [{ gte: minute(from), lte: minute(last) }] as const;
          onQuery(
            replaceTerms(
              q,
              ['completed', 'since', 'until', 'created'],
              [{ field: 'completed', values }],
            ),
          );
        }}
      />
      <div class="row legend">
        <span class="soft">Attempts by when they finished:</span>
        {[...byStatus]
          .filter(([, count]) => count > 0)
          .map(([status, count]) => (
            <Badge key={status} tone={statusTone(status)}>
              {status} {formatCount(count)}
            </Badge>
          ))}
        {rows.length === 0 && <span class="soft">none in this time</span>}
        {meta.countedUntil && <span class="soft">Counting is a little behind.</span>}
      </div>
    </section>
  );
}
