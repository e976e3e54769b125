import type { Runner } from '../database/database.ts';
import type { Clock } from '../model/clock.ts';
import { firstIdAt, idTimeMs } from '../model/ids.ts';
import type { CompiledQuery } from '../query/compile-query.ts';
import { intersect, type Range } from '../query/ranges.ts';
import { inFamily } from '../sql/parts/in-family.ts';
import { readCreatedInvocations, type TrailRow } from '../sql/read-created-invocations.ts';
import { readJobList } from '../sql/read-job-list.ts';
import { type CoveredPage, coveredPage } from './covered-page.ts';
import { listJobInvocations } from './list-job-invocations.ts';
import { mergeStreams, type ReadBudget, type Stream } from './merge-streams.ts';
import { nextId } from './next-id.ts';
import type { PageRequest, Position } from './page.ts';
import { partsOfSpan } from './parts-of-span.ts';
import type { ListedWebhook } from './select-webhooks.ts';
import { startId } from './start-id.ts';
import { startOf } from './start-of.ts';
import { storedSpan } from './stored-span.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
  /** Whether a statement may read one lane only. */
  readonly oneLane: boolean;
  readonly retentionDays: number;
}

interface CreatedRequest {
  readonly query: CompiledQuery;
  readonly webhooks: readonly ListedWebhook[];
  readonly descending: boolean;
  readonly page: PageRequest;
}

/** What one page reads at most; then it ends early, and says how far it has come. */
interface PageBounds {
  readonly rows: number;
  readonly ms: number;
  /**
   * Probes of a slice: each webhook is one in each of its days. Few webhooks take all days at once. Many
   * take one day at a time, because the first most often has a page.
   */
  readonly probes: number;
}

/**
 * 50,000 rows take about 100 ms where they are in memory; the time bounds them where they are not. A
 * probe takes about 10 µs.
 */
const PAGE_BOUNDS: PageBounds = { rows: 50_000, ms: 250, probes: 200 };

interface CreatedStream extends Stream {
  readonly held: ListedWebhook['held'];
}

const positionOf = ({ id, webhook_id: webhookId }: TrailRow): Position => ({
  key: '',
  id,
  webhookId,
});

/**
 * Lists invocations of several webhooks by creation, as far back as rows are kept. No row moves in this
 * order, so a walk to the end has each row that was there when it began exactly once. What one job sent is
 * read from the items of the job.
 */
export async function listCreatedInvocations(
  { clock, database, oneLane, retentionDays }: Parts,
  { query, webhooks, descending, page }: CreatedRequest,
  bounds = PAGE_BOUNDS,
): Promise<CoveredPage> {
  const [jobId, ...moreJobs] = query.filter.jobs ?? [];
  if (jobId !== undefined && moreJobs.length === 0) {
    const [list] = await database.run(readJobList, jobId);
    if (list !== undefined) {
      return listJobInvocations(
        { clock, database, retentionDays },
        { jobId, targetId: list.target_webhook_id, query, webhooks, descending, page },
      );
    }
  }
  const nowMs = clock.now();
  const startedMs = performance.now();
  const stored = await storedSpan({ database, retentionDays }, webhooks, nowMs);
  const { ceilingMs, floorMs } = stored;
  const from = page.after ?? page.before;
  const backward = page.before !== undefined;
  const downward = descending !== backward;
  // The first id that may be read decides: a position on the edge of a millisecond would make a slice of
  // that millisecond alone, and a page that ends after it would be where it began.
  const firstMs =
    from && idTimeMs(from.webhookId === undefined ? nextId(from.id, downward ? -1 : 1) : from.id);
  // A position may be older than what is kept.
  const span: Range = downward
    ? [floorMs, Math.min(ceilingMs, (firstMs ?? ceilingMs) + 1)]
    : [Math.max(floorMs, firstMs ?? floorMs), ceilingMs];
  const budget: ReadBudget = {
    rows: bounds.rows,
    isOver: () => performance.now() - startedMs > bounds.ms,
  };
  const limit = page.size + 1;
  const variant = { descending: downward, undelivered: query.filter.undelivered, oneLane };
  const startOfStream = startId(downward);
  const found: TrailRow[] = [];
  let stoppedAt: Position | undefined;
  const ranges = query.nothing ? [] : intersect(query.created, [span]);
  let isFirst = true;
  for (const { slice, among } of partsOfSpan({
    ranges,
    webhooks,
    oursFromMs: stored.oursFromMs,
    probes: bounds.probes,
    downward,
  })) {
    const place = startOf(slice, downward, from);
    // The first slice is always read: each page comes further.
    if (!isFirst && (budget.isOver() || budget.rows <= 0)) {
      stoppedAt = place;
      break;
    }
    isFirst = false;
    const endId = firstIdAt(slice[downward ? 0 : 1]);
    const left = limit - found.length;
    const merged = await mergeStreams<CreatedStream>({
      streams: among.map(({ id, family, held }) => ({
        webhookId: id,
        family,
        held,
        round: 0,
        place,
        open: true,
      })),
      filter: query.filter,
      descending: downward,
      limit: left,
      budget,
      oneLane,
      positionOf,
      async read(chunk, most) {
        const { family } = chunk[0] as CreatedStream;
        const statement = inFamily(readCreatedInvocations, family).statement(variant);
        const results = await database.run(statement, {
          streams: chunk.map(({ webhookId, held, place: reached }) => ({
            webhookId,
            held,
            startId: startOfStream(reached, webhookId),
          })),
          filter: query.filter,
          endId,
          most,
          limit: left,
        });
        const byWebhook = new Map(chunk.map((stream) => [stream.webhookId, stream]));
        const rows: TrailRow[] = [];
        const marks = [];
        let total = { read: 0, streams: 0 };
        for (const row of results) {
          if (row.read === null) rows.push(row);
          else if (row.streams !== null) total = row;
          else {
            const { id, read, webhook_id: webhookId } = row;
            const stream = byWebhook.get(webhookId) as CreatedStream;
            marks.push({ stream, place: { key: '', id, webhookId }, read });
          }
        }
        return { rows, marks, read: total.read, streams: total.streams };
      },
    });
    found.push(...merged.rows);
    ({ stoppedAt } = merged);
    if (stoppedAt !== undefined || found.length >= limit) break;
  }
  return coveredPage(
    { rows: found, stoppedAt },
    {
      descending,
      page,
      positionOf,
      span: { fromMs: floorMs, toMs: nowMs },
      timeOf: ({ id }) => idTimeMs(id),
    },
  );
}
