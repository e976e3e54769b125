import type { ListedStatus } from '../../model/delivery-status.ts';
import type { TrailRow } from '../../sql/read-created-invocations.ts';
import { readEvents } from '../../sql/read-events.ts';
import type { Position } from '../../trail/page.ts';
import type { ListedWebhook } from '../../trail/select-webhooks.ts';
import { chooseRows } from './choose-rows.ts';
import { openSelection, type SelectionParts } from './list-selection.ts';
import type { ReplaySpec } from './replay-spec.ts';
import type { SendingWay } from './sending-way.ts';
import type { SkipReason } from './skip-reason.ts';

interface Parts extends SelectionParts {
  /** Why a webhook would wait now; undefined: it would not. */
  readonly heldBy: (webhookId: string) => string | undefined;
  /** How it sends. */
  readonly way: Pick<SendingWay, 'refusals'>;
}

/** What a replay would select of one webhook. */
export interface EstimatedWebhook {
  readonly webhook: ListedWebhook;
  readonly count: number;
  readonly byStatus: Readonly<Partial<Record<ListedStatus, number>>>;
  /** Why its requests would wait or be skipped now. */
  readonly held: string | undefined;
}

/** What a replay would do. */
export interface Estimate {
  /** The counts are of all; otherwise they are scaled from those that were read. */
  readonly exact: boolean;
  readonly read: number;
  readonly count: number;
  readonly webhooks: readonly EstimatedWebhook[];
  readonly byStatus: Readonly<Partial<Record<ListedStatus, number>>>;
  /** Left out because they were delivered. */
  readonly delivered: number;
  readonly bodiesGone: number;
  readonly archived: number;
  /** Would be skipped, by reason. */
  readonly refused: Readonly<Partial<Record<SkipReason, number>>>;
  readonly durationMs: number;
}

/** Where counting stops, as a live count does. */
export const MOST_ESTIMATED = 10_000;

/** Rows that match but are left out are read as well: a page of them is 250 ms at most. */
const MOST_MS = 3_000;

const PAGE = 1_000;

interface Counted {
  count: number;
  readonly byStatus: Partial<Record<ListedStatus, number>>;
}

/** Reads up to 10,000 of what a replay would select, and estimates the rest from the span that it read. */
export async function estimateReplay(
  parts: Parts,
  accountId: number,
  spec: ReplaySpec,
  mostMs = MOST_MS,
): Promise<Estimate> {
  const selection = await openSelection(parts, accountId, {
    query: spec.query,
    beforeMs: spec.before_ms,
    descending: spec.order === 'newest',
  });
  const startedMs = performance.now();
  const most = Math.min(MOST_ESTIMATED, spec.max);
  const byWebhook = new Map<string, Counted>();
  const refused: Partial<Record<SkipReason, number>> = {};
  let [read, delivered, bodiesGone] = [0, 0, 0];
  let after: Position | undefined;
  let [fromMs, toMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  do {
    const page = await selection.read(after, Math.min(PAGE, most - read));
    ({ after } = page);
    fromMs = Math.min(fromMs, page.covered.fromMs);
    toMs = Math.max(toMs, page.covered.toMs);
    const { chosen, delivered: left } = chooseRows(page.rows, spec);
    delivered += left;
    read += chosen.length;
    const ours: TrailRow[] = [];
    for (const row of chosen) {
      const counted: Counted = byWebhook.get(row.webhook_id) ?? { count: 0, byStatus: {} };
      counted.count++;
      counted.byStatus[row.status] = (counted.byStatus[row.status] ?? 0) + 1;
      byWebhook.set(row.webhook_id, counted);
      if (selection.webhooks.get(row.webhook_id)?.family === 'local') ours.push(row);
    }
    for (const reason of (await parts.way.refusals(accountId, spec, selection, chosen)).values()) {
      refused[reason] = (refused[reason] ?? 0) + 1;
    }
    bodiesGone += await countGone(parts, accountId, ours);
  } while (after !== undefined && read < most && performance.now() - startedMs < mostMs);

  const isWhole = after === undefined || read >= spec.max;
  const factor =
    isWhole || read === 0 ? 1 : selection.lengthMs() / selection.lengthMs([fromMs, toMs]);
  const scaled = (count: number) => Math.min(spec.max, Math.round(count * factor));
  const webhooks = [...byWebhook].map(([id, { count, byStatus }]) => ({
    webhook: selection.webhooks.get(id) as ListedWebhook,
    count: scaled(count),
    byStatus: mapped(byStatus, scaled),
    held: parts.heldBy(spec.target_webhook_id ?? id),
  }));
  webhooks.sort((one, other) => other.count - one.count);
  const total: Partial<Record<ListedStatus, number>> = {};
  for (const { byStatus } of webhooks) {
    for (const [status, count] of Object.entries(byStatus) as [ListedStatus, number][]) {
      total[status] = (total[status] ?? 0) + count;
    }
  }
  const count = scaled(read);
  const longest =
    spec.target_webhook_id === null ? Math.max(0, ...webhooks.map((one) => one.count)) : count;
  return {
    exact: isWhole,
    read,
    count,
    webhooks,
    byStatus: total,
    delivered: scaled(delivered),
    bodiesGone: scaled(bodiesGone),
    archived: scaled(refused.archived ?? 0),
    refused: mapped(refused, scaled),
    durationMs: Math.ceil((longest / spec.rate) * 1_000),
  };
}

const mapped = <Key extends string>(
  counts: Partial<Record<Key, number>>,
  scaled: (count: number) => number,
): Partial<Record<Key, number>> =>
  Object.fromEntries(
    Object.entries<number | undefined>(counts).map(([key, count]) => [key, scaled(count ?? 0)]),
  ) as Partial<Record<Key, number>>;

/** How many events of invocations are no longer kept. */
async function countGone(
  { database }: Parts,
  accountId: number,
  rows: readonly TrailRow[],
): Promise<number> {
  const ids = new Set(rows.map(({ event_id: id }) => id as string));
  if (ids.size === 0) return 0;
  const events = [...ids].map((id) => ({ accountId, id }));
  const kept = new Set(
    (await database.run(readEvents, { events, maxBytes: 0 })).map(({ id }) => id),
  );
  return rows.filter(({ event_id: id }) => !kept.has(id as string)).length;
}
