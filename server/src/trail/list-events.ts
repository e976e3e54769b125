import type { Runner } from '../database/database.ts';
import type { Clock } from '../model/clock.ts';
import { firstIdAt, idTimeMs } from '../model/ids.ts';
import { LANES } from '../model/lanes.ts';
import { DAY_MS } from '../model/time-units.ts';
import { inFamily } from '../sql/parts/in-family.ts';
import type { Family } from '../sql/parts/trail-family.ts';
import {
  type EventFilters,
  type EventSummaryRow,
  readAccountEvents,
} from '../sql/read-account-events.ts';
import { nextId } from './next-id.ts';
import type { PageRequest, Position } from './page.ts';
import { type BoundedPage, readBoundedPage, type Stretch } from './read-bounded-page.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
  /** Milliseconds of a clock that never goes back; of the process by default. */
  readonly monotonic?: () => number;
}

interface EventsRequest {
  readonly accountId: number;
  /** Lists what is archived of remote accounts too. */
  readonly archived?: boolean;
  readonly filters: EventFilters;
  /** Both inclusive, in milliseconds since 1970. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly descending: boolean;
  readonly page: PageRequest;
}

type EventStretch = Stretch<EventSummaryRow>;

const FIRST_ID = '0'.repeat(26);
const LAST_ID = `7${'Z'.repeat(25)}`;

/**
 * What a page looks at where no index serves its filter, and for how long. A page that has looked at
 * less than the first read may take is slow for another reason, and goes on.
 */
const MAX_EXAMINED = 50_000;
const MAX_MS = 250;

/**
 * Events of each lane in the first read of a page. 101 events are spread over 64 lanes; none of
 * 100,000 simulated pages had 13 of them in one lane, so one read is enough.
 */
const FIRST_PER_LANE = 16;

/** The same in the reads that follow, where few events pass the filter: some 30 ms each. */
const NEXT_PER_LANE = 122;

/**
 * Newest first, a read begins with the last 24 hours, and goes on with four times as long a span as
 * often as it finds too little: PostgreSQL opens the range of each lane in each day. A page of an account
 * with many events takes 5.5 ms instead of 16.5 with 18 days.
 */
const SPAN_FACTOR = 4;

/** The longest span but the last, so that no page takes more than five reads to find nothing. */
const LONGEST_SPAN_MS = 64 * DAY_MS;

/**
 * Lists the events of an account by creation, an order in which no row moves. Ids begin with the time,
 * so a time range is a range of ids.
 */
export function listEvents(
  { clock, database, monotonic = () => performance.now() }: Parts,
  { accountId, archived = false, filters, fromMs, toMs, descending, page }: EventsRequest,
): Promise<BoundedPage<EventSummaryRow>> {
  const first = fromMs === undefined ? FIRST_ID : nextId(idAt(fromMs), -1);
  const last = toMs === undefined ? LAST_ID : idAt(toMs + 1);
  const filtered = Object.values(filters).some((filter) => filter !== undefined);
  return readBoundedPage<EventSummaryRow>(
    {
      descending,
      positionOf: ({ id }) => ({ key: '', id }),
      async read(direction, from, limit) {
        const downward = descending === (direction === 'forward');
        if (!archived) return readFamily('local', downward, from, limit, MAX_EXAMINED);
        const [ours, theirs] = await Promise.all([
          readFamily('local', downward, from, limit, MAX_EXAMINED / 2),
          readFamily('archived', downward, from, limit, MAX_EXAMINED / 2),
        ]);
        return mergeStretches(ours, theirs, downward, limit);
      },
    },
    page,
  );

  /** Reads the events of our own trail, or those that are archived. */
  async function readFamily(
    family: Family,
    downward: boolean,
    from: Position | undefined,
    limit: number,
    most: number,
  ): Promise<EventStretch> {
    const statement = inFamily(readAccountEvents, family).statement(downward, filters);
    // Events of deleted sources are passed over until they are removed, and there may be millions.
    const passesOver = filtered || family === 'archived';
    const rows: EventSummaryRow[] = [];
    const begunMs = monotonic();
    let position = from?.id;
    let perLane = FIRST_PER_LANE;
    let examined = 0;
    for (let spanMs = DAY_MS; ; ) {
      const below = downward && position !== undefined && position < last ? position : last;
      const edge = downward ? spanStart(below, spanMs) : FIRST_ID;
      const found = await database.run(statement, {
        accountId,
        filters,
        above:
          edge > first
            ? nextId(edge, -1)
            : !downward && position !== undefined && position > first
              ? position
              : first,
        below,
        perLane,
        limit: limit - rows.length,
      });
      const end = found[0]?.stopped_at ?? undefined;
      if (end === undefined) spanMs *= SPAN_FACTOR;
      const stoppedAt = end ?? (edge > first ? edge : undefined);
      examined += found[0]?.examined ?? 0;
      for (const row of found) if (row.id !== null) rows.push(row);
      if (stoppedAt === undefined || rows.length === limit) return { rows };
      if (passesOver) perLane = NEXT_PER_LANE;
      const exhausted =
        examined + LANES * perLane > most ||
        (examined >= LANES * FIRST_PER_LANE && monotonic() - begunMs > MAX_MS);
      if (passesOver && exhausted) return { rows, stoppedAt: { key: '', id: stoppedAt } };
      position = stoppedAt;
    }
  }

  /** The first id of a span that ends before `below`, which may be far in the future. */
  function spanStart(below: string, spanMs: number): string {
    if (spanMs > LONGEST_SPAN_MS) return FIRST_ID;
    return idAt(Math.min(idTimeMs(below), clock.now()) - spanMs);
  }
}

/** What was read of both: only up to where the one that was read less far has come. */
function mergeStretches(
  one: EventStretch,
  other: EventStretch,
  downward: boolean,
  limit: number,
): EventStretch {
  const isNearer = (id: string, than: string) => (downward ? id > than : id < than);
  const stops = [one, other].flatMap(({ stoppedAt }) =>
    stoppedAt === undefined ? [] : [stoppedAt],
  );
  const stoppedAt = stops.reduce<Position | undefined>(
    (least, stop) => (least === undefined || isNearer(stop.id, least.id) ? stop : least),
    undefined,
  );
  const rows = [...one.rows, ...other.rows]
    .filter(({ id }) => stoppedAt === undefined || !isNearer(stoppedAt.id, id))
    .sort((a, b) => (isNearer(a.id, b.id) ? -1 : 1))
    .slice(0, limit);
  return rows.length === limit || stoppedAt === undefined ? { rows } : { rows, stoppedAt };
}

/** Ids start in 1970. */
function idAt(timeMs: number): string {
  return firstIdAt(Math.max(0, timeMs));
}
