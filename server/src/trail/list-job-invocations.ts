import type { Runner } from '../database/database.ts';
import type { Clock } from '../model/clock.ts';
import { firstIdAt, idTimeMs } from '../model/ids.ts';
import type { CompiledQuery } from '../query/compile-query.ts';
import { intersect, type Range } from '../query/ranges.ts';
import type { TrailRow } from '../sql/read-created-invocations.ts';
import {
  type ListedItem,
  readCopiesNewest,
  readCopiesOldest,
  readItemsNewest,
  readItemsOldest,
} from '../sql/read-job-list.ts';
import { readKeyedInvocations } from '../sql/read-keyed-invocations.ts';
import { type CoveredPage, coveredPage } from './covered-page.ts';
import { nextId } from './next-id.ts';
import type { PageRequest, Position } from './page.ts';
import type { ListedWebhook } from './select-webhooks.ts';
import { startOf } from './start-of.ts';
import { storedSpan } from './stored-span.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
  readonly retentionDays: number;
}

interface JobRequest {
  readonly jobId: string;
  /** The webhook that got copies. */
  readonly targetId: string | null;
  readonly query: CompiledQuery;
  readonly webhooks: readonly ListedWebhook[];
  readonly descending: boolean;
  readonly page: PageRequest;
}

/** As of the list over all webhooks; an item and its invocation are a probe each, of some 10 µs. */
interface PageBounds {
  readonly rows: number;
  readonly ms: number;
}
const PAGE_BOUNDS: PageBounds = { rows: 50_000, ms: 250 };

/** Items of one statement, and probes of the next one. */
const AT_ONCE = 1_000;

/** A page of a filter that most match is read with one statement each. */
const SPARE = 20;

/** Every id lies strictly between these. */
const BELOW_ALL = '0'.repeat(26);
const ABOVE_ALL = `7${'Z'.repeat(25)}`;

const positionOf = ({ id, webhook_id: webhookId }: TrailRow): Position => ({
  key: '',
  id,
  webhookId,
});

/**
 * Lists what one job was the last one to replay, by creation, from the items of the job: a page costs what
 * it has, however many other invocations lie between.
 */
export async function listJobInvocations(
  { clock, database, retentionDays }: Parts,
  { jobId, targetId, query, webhooks, descending, page }: JobRequest,
  bounds = PAGE_BOUNDS,
): Promise<CoveredPage> {
  const nowMs = clock.now();
  const startedMs = performance.now();
  const ours = webhooks.filter(({ family }) => family === 'local');
  const { ceilingMs, floorMs } = await storedSpan({ database, retentionDays }, ours, nowMs);
  const from = page.after ?? page.before;
  const downward = descending !== (page.before !== undefined);
  const limit = page.size + 1;
  const held = new Map(ours.map((one) => [one.id, one.held]));
  const created = query.nothing ? [] : intersect(query.created, [[floorMs, ceilingMs]]);
  const [first, last] = [created[0], created.at(-1)];
  const span: Range | undefined = first && last && [first[0], last[1]];
  const found: TrailRow[] = [];
  let stoppedAt: Position | undefined;
  if (span !== undefined) await read(span);

  async function read(whole: Range): Promise<void> {
    let place = startOf(whole, downward, from);
    const untilId = downward ? firstIdAt(whole[0]) : nextId(firstIdAt(whole[1]), -1);
    const statement =
      targetId === null
        ? downward
          ? readItemsNewest
          : readItemsOldest
        : downward
          ? readCopiesNewest
          : readCopiesOldest;
    // A position between rows is beyond every webhook of its id.
    const edge = downward ? BELOW_ALL : ABOVE_ALL;
    for (let rows = 0; ; ) {
      const most = Math.min(AT_ONCE, limit - found.length + SPARE);
      const items = await database.run(statement, {
        jobId,
        id: place.id,
        webhookId: targetId ?? place.webhookId ?? edge,
        untilId,
        limit: most,
      });
      found.push(...(await matching(items)));
      rows += items.length;
      const end = items.at(-1);
      if (found.length >= limit || end === undefined || items.length < most) return;
      place = { key: '', id: end.id, webhookId: end.webhook_id };
      if (rows >= bounds.rows || performance.now() - startedMs > bounds.ms) {
        stoppedAt = place;
        return;
      }
    }
  }

  async function matching(items: readonly ListedItem[]): Promise<TrailRow[]> {
    const probes = items.flatMap(({ id, state, webhook_id: webhookId }) => {
      const isListed = state !== 'pending' && state !== 'skipped' && held.has(webhookId);
      if (!isListed || !isCreatedThen(id)) return [];
      return [{ webhookId, firstId: id, lastId: id, held: held.get(webhookId) ?? null }];
    });
    if (probes.length === 0) return [];
    const rows = await database.run(readKeyedInvocations, { probes, filter: query.filter });
    const byPlace = new Map(rows.map((row) => [row.webhook_id + row.id, row]));
    return probes.flatMap(({ firstId, webhookId }) => {
      const row = byPlace.get(webhookId + firstId);
      if (row?.matches !== true) return [];
      const { matches, ...listed } = row;
      return [listed];
    });
  }

  function isCreatedThen(id: string): boolean {
    const ms = idTimeMs(id);
    return created.some(([start, before]) => ms >= start && ms < before);
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
