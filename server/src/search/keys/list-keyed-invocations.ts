import type { Runner } from '../../database/database.ts';
import type { Account } from '../../model/account.ts';
import type { Clock } from '../../model/clock.ts';
import { firstIdAt, idTimeMs } from '../../model/ids.ts';
import { MAX_SCHEDULE_MS } from '../../model/profiles.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../model/time-units.ts';
import type { CompiledQuery } from '../../query/compile-query.ts';
import type { TrailRow } from '../../sql/read-created-invocations.ts';
import { type InvocationProbe, readKeyedInvocations } from '../../sql/read-keyed-invocations.ts';
import type { CoveredPage } from '../../trail/covered-page.ts';
import { nextId } from '../../trail/next-id.ts';
import type { PageRequest, Position } from '../../trail/page.ts';
import { readBoundedPage, type Stretch } from '../../trail/read-bounded-page.ts';
import type { ListedWebhook } from '../../trail/select-webhooks.ts';
import { findEventsByKeys } from './find-events-by-keys.ts';
import type { KeyedEvent } from './verify-events.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
  readonly retentionDays: number;
  /** Milliseconds of a clock that never goes back; of the process by default. */
  readonly monotonic?: () => number;
}

interface Request {
  readonly account: Account;
  readonly query: CompiledQuery;
  readonly webhooks: readonly ListedWebhook[];
  readonly descending: boolean;
  readonly page: PageRequest;
}

/** As other lists over webhooks (`PAGE_BOUNDS` there). */
const MAX_PROBES = 50_000;
const MAX_MS = 250;

/** Probes of one statement, at 5 to 10 µs each. */
const PROBES_AT_ONCE = 1_000;

/** Events whose invocations are read together. */
const EVENTS_AT_ONCE = 100;

/** An invocation is created after its event: seconds, where the node had much to write. */
const BEHIND_MS = HOUR_MS;

/** Ids may be of a time that this node has not reached yet. */
const AHEAD_MS = HOUR_MS;

/** The clocks of nodes follow that of the database: a webhook is not this much younger than an event. */
const CLOCKS_MS = MINUTE_MS;

const FIRST_ID = '0'.repeat(26);
const LAST_ID = `7${'Z'.repeat(25)}`;

/**
 * Lists the invocations of events that have the values of keys: in the order of the events' creation, and
 * of one event newest webhook first. No row moves in this order. The index of keys finds the events, and
 * each webhook that a query selects is one probe for the invocation of an event.
 */
export async function listKeyedInvocations(
  { clock, database, retentionDays, monotonic = () => performance.now() }: Parts,
  { account, query, webhooks, descending, page }: Request,
): Promise<CoveredPage> {
  const nowMs = clock.now();
  const startedMs = monotonic();
  const floorMs = Math.max(0, nowMs - (retentionDays + 1) * DAY_MS - MAX_SCHEDULE_MS);
  const fromMs = Math.max(floorMs, (query.created[0]?.[0] ?? 0) - BEHIND_MS);
  const toMs = Math.min(nowMs + AHEAD_MS, query.created.at(-1)?.[1] ?? 0);
  const byId = [...webhooks].sort((one, other) => (one.id < other.id ? -1 : 1));
  const none = query.nothing || webhooks.length === 0 || fromMs >= toMs;
  let probed = 0;
  const isOver = () => probed >= MAX_PROBES || monotonic() - startedMs > MAX_MS;

  const listed = await readBoundedPage<TrailRow>(
    {
      descending,
      // Only what is archived may have no event.
      positionOf: ({ event_id: key, webhook_id: id }) => ({ key: key as string, id }),
      read: (direction, from, limit) =>
        none
          ? Promise.resolve({ rows: [] })
          : read(descending === (direction === 'forward'), from, limit),
    },
    page,
  );
  const edgeMs = (position: Position | undefined, otherwise: number) =>
    position === undefined ? otherwise : idTimeMs(String(position.key));
  const [nearMs, farMs] = descending ? [nowMs, floorMs] : [floorMs, nowMs];
  const edges = [edgeMs(listed.before, nearMs), edgeMs(listed.after, farMs)];
  return { ...listed, covered: { fromMs: Math.min(...edges), toMs: Math.max(...edges) } };

  async function read(
    downward: boolean,
    from: Position | undefined,
    limit: number,
  ): Promise<Stretch<TrailRow>> {
    const rows: TrailRow[] = [];
    const order = downward ? byId.toReversed() : byId;
    // The event of the position may have further invocations.
    let position = from && nextId(String(from.key), downward ? 1 : -1);
    for (;;) {
      const found = await findEventsByKeys(database, {
        account,
        terms: query.keys,
        fromMs,
        toMs,
        descending: downward,
        position,
        limit: Math.min(EVENTS_AT_ONCE, limit),
        budget: { isOver },
      });
      const stopped = await readEvents(found.rows, order, downward, from, limit, rows);
      if (stopped !== undefined || rows.length >= limit) {
        return { rows: rows.slice(0, limit), ...(rows.length < limit && { stoppedAt: stopped }) };
      }
      position = found.stoppedAt ?? found.rows.at(-1)?.id;
      const ended =
        found.stoppedAt === undefined && found.rows.length < Math.min(EVENTS_AT_ONCE, limit);
      if (ended || position === undefined) return { rows };
      if (isOver()) {
        return { rows, stoppedAt: { key: position, id: downward ? FIRST_ID : LAST_ID } };
      }
    }
  }

  /** Adds the invocations of events in order; resolves to where it stopped before the last of them. */
  async function readEvents(
    events: readonly KeyedEvent[],
    order: readonly ListedWebhook[],
    downward: boolean,
    from: Position | undefined,
    limit: number,
    rows: TrailRow[],
  ): Promise<Position | undefined> {
    let probes: (InvocationProbe & { readonly eventId: string })[] = [];
    for (const event of events) {
      const { id: eventId, invocations_count: count, invocations_from: firstId } = event;
      if (firstId === null || count === null || count === 0) continue;
      const lastId = nextId(firstId, count - 1);
      const youngest = firstIdAt(idTimeMs(firstId) + CLOCKS_MS);
      for (const { held, id: webhookId } of order) {
        if (webhookId > youngest) continue;
        if (from?.key === eventId && (downward ? webhookId >= from.id : webhookId <= from.id))
          continue;
        probes.push({ eventId, webhookId, firstId, lastId, held });
        if (probes.length === PROBES_AT_ONCE) {
          await probe();
          if (rows.length >= limit) return undefined;
          if (isOver()) return { key: eventId, id: webhookId };
        }
      }
    }
    await probe();
    return undefined;

    async function probe(): Promise<void> {
      if (probes.length === 0) return;
      probed += probes.length;
      const found = await database.run(readKeyedInvocations, { probes, filter: query.filter });
      const places = new Map(probes.map((one, place) => [one.eventId + one.webhookId, place]));
      const placeOf = (row: TrailRow) => places.get(row.event_id + row.webhook_id) ?? 0;
      found.sort((one, other) => placeOf(one) - placeOf(other));
      for (const { matches, ...row } of found) {
        if (matches && isCreatedThen(row)) rows.push(row);
      }
      probes = [];
    }
  }

  function isCreatedThen({ id }: TrailRow): boolean {
    const ms = idTimeMs(id);
    return query.created.some(([start, before]) => ms >= start && ms < before);
  }
}
