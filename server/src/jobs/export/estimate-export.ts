import type { ListedStatus } from '../../model/delivery-status.ts';
import { idTimeMs } from '../../model/ids.ts';
import { DAY_MS } from '../../model/time-units.ts';
import type { Range } from '../../query/ranges.ts';
import type { Position } from '../../trail/page.ts';
import type { ListedWebhook } from '../../trail/select-webhooks.ts';
import { openSelection, type SelectionParts } from '../replay/list-selection.ts';
import { endsMs } from './ends-ms.ts';
import type { ExportSpec } from './export-spec.ts';
import { openEventSelection } from './open-event-selection.ts';

/** What an export would have of one webhook. */
export interface ExportedWebhook {
  readonly webhook: ListedWebhook;
  readonly count: number;
  readonly byStatus: Readonly<Partial<Record<ListedStatus, number>>>;
}

/** What an export would have. */
export interface ExportEstimate {
  /** The counts are of all; otherwise they are scaled from those that were read. */
  readonly exact: boolean;
  readonly read: number;
  readonly rows: number;
  /** Of invocations, also for their attempts. */
  readonly webhooks: readonly ExportedWebhook[] | undefined;
}

/** Where counting stops, as a live count does. */
const MOST_COUNTED = 10_000;

/** A page that finds nothing takes 250 ms. */
const MOST_MS = 3_000;

const PAGE = 1_000;

/** Counts up to 10,000 of what an export would have, and estimates the rest from the span that it read. */
export function estimateExport(
  parts: SelectionParts,
  accountId: number,
  spec: ExportSpec,
  mostMs = MOST_MS,
): Promise<ExportEstimate> {
  return spec.of === 'events'
    ? estimateEvents(parts, accountId, spec, mostMs)
    : estimateInvocations(parts, accountId, spec, mostMs);
}

async function estimateInvocations(
  parts: SelectionParts,
  accountId: number,
  spec: ExportSpec,
  mostMs: number,
): Promise<ExportEstimate> {
  const selection = await openSelection(parts, accountId, {
    query: spec.query,
    beforeMs: spec.before_ms,
    descending: false,
  });
  const startedMs = performance.now();
  const counted = new Map<string, Map<ListedStatus, number>>();
  let [read, rows] = [0, 0];
  let after: Position | undefined;
  let covered: Range = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  do {
    const page = await selection.read(after, Math.min(PAGE, MOST_COUNTED - read));
    ({ after } = page);
    const { fromMs, toMs } = page.covered;
    covered = [Math.min(covered[0], fromMs), Math.max(covered[1], toMs)];
    read += page.rows.length;
    for (const row of page.rows) {
      rows += spec.of === 'attempts' ? row.attempts_count : 1;
      const byStatus = counted.get(row.webhook_id) ?? new Map<ListedStatus, number>();
      byStatus.set(row.status, (byStatus.get(row.status) ?? 0) + 1);
      counted.set(row.webhook_id, byStatus);
    }
  } while (after !== undefined && read < MOST_COUNTED && performance.now() - startedMs < mostMs);
  const exact = after === undefined;
  const factor = exact || read === 0 ? 1 : selection.lengthMs() / selection.lengthMs(covered);
  const scaled = (count: number) => Math.round(count * factor);
  const webhooks = [...counted].map(([id, byStatus]) => {
    const counts = [...byStatus].map(([status, count]) => [status, scaled(count)] as const);
    return {
      webhook: selection.webhooks.get(id) as ListedWebhook,
      count: counts.reduce((sum, [, count]) => sum + count, 0),
      byStatus: Object.fromEntries(counts),
    };
  });
  webhooks.sort((one, other) => other.count - one.count);
  return { exact, read, rows: scaled(rows), webhooks };
}

async function estimateEvents(
  parts: SelectionParts,
  accountId: number,
  spec: ExportSpec,
  mostMs: number,
): Promise<ExportEstimate> {
  const readPage = await openEventSelection(parts, accountId, spec);
  const startedMs = performance.now();
  let read = 0;
  let after: Position | undefined;
  let firstMs: number | undefined;
  let lastMs = 0;
  do {
    const page = await readPage(after, Math.min(PAGE, MOST_COUNTED - read));
    ({ after } = page);
    read += page.rows.length;
    const last = page.rows.at(-1);
    if (page.rows[0] !== undefined) firstMs ??= idTimeMs(page.rows[0].id);
    if (last !== undefined) lastMs = idTimeMs(last.id);
    if (page.covered !== undefined) lastMs = Math.max(lastMs, idTimeMs(page.covered.id));
  } while (after !== undefined && read < MOST_COUNTED && performance.now() - startedMs < mostMs);
  const exact = after === undefined;
  const fromMs = firstMs ?? spec.before_ms - (parts.retentionDays + 1) * DAY_MS;
  const factor = exact ? 1 : (endsMs(spec) - fromMs) / Math.max(1, lastMs - fromMs);
  return { exact, read, rows: Math.round(read * Math.max(1, factor)), webhooks: undefined };
}
