import type { Runner } from '../database/database.ts';
import type { Clock } from '../model/clock.ts';
import { firstIdAt } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { MAX_SCHEDULE_MS } from '../model/profiles.ts';
import { DAY_MS } from '../model/time-units.ts';
import { inFamily } from '../sql/parts/in-family.ts';
import {
  type InvocationFilters,
  type InvocationRow,
  readInvocations,
} from '../sql/read-invocations.ts';
import type { StoredWebhook } from './find-invocation.ts';
import type { Page, PageRequest, Position } from './page.ts';
import { readPage } from './read-page.ts';
import { windowStart } from './window.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
  readonly retentionDays: number;
}

interface InvocationsRequest {
  readonly webhook: StoredWebhook;
  readonly filters: InvocationFilters;
  /** Both inclusive, in milliseconds since 1970, on the sort time. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly descending: boolean;
  /** Keys are microseconds since 1970. */
  readonly page: PageRequest;
}

const LAST_MS = Date.UTC(9999, 11, 31);

/** Sorts before every id, so a range from here includes the whole moment. */
const FIRST_ID = '0'.repeat(26);

/** Lists invocations of one webhook by the time of their latest attempt. */
export async function listInvocations(
  { clock, database, retentionDays }: Parts,
  { webhook, filters, fromMs, toMs, descending, page }: InvocationsRequest,
): Promise<Page<InvocationRow>> {
  const nowMs = clock.now();
  const { id: webhookId, family } = webhook;
  const startMs = windowStart(nowMs, family, retentionDays);
  // Everything that is stored, because a pause or a replay may put the latest attempt of any invocation
  // into the window. A day is dropped up to a day after its retention.
  const firstId =
    family === 'archived'
      ? FIRST_ID
      : firstIdAt(nowMs - (retentionDays + 1) * DAY_MS - MAX_SCHEDULE_MS);
  const lowerUs = Math.max(startMs, fromMs ?? startMs) * 1000;
  // Inclusive to the millisecond, the precision that readers see.
  const upperUs = toMs === undefined ? Number.POSITIVE_INFINITY : (toMs + 1) * 1000;
  if (upperUs <= lowerUs) return { rows: [] };
  const lower = { key: lowerUs, id: FIRST_ID };
  const upper = { key: upperUs, id: FIRST_ID };

  return readPage<InvocationRow>(
    {
      descending,
      positionOf: (row) => ({ key: row.latest_at_us, id: row.id }),
      async read(direction, from, limit) {
        const downward = descending === (direction === 'forward');
        const edge = downward ? upper : lower;
        const start = from !== undefined && isBefore(edge, from) !== downward ? from : edge;
        return database.run(inFamily(readInvocations, family).statement(downward, filters), {
          lane: laneOf(webhookId),
          webhookId,
          filters,
          firstId,
          startAt: timestamp(start.key as number),
          startId: start.id,
          end: timestamp(downward ? lowerUs : upperUs),
          limit,
        });
      },
    },
    page,
  );
}

function isBefore(one: Position, other: Position): boolean {
  return one.key === other.key ? one.id < other.id : one.key < other.key;
}

/** Formats a time for PostgreSQL, to the microsecond. */
function timestamp(us: number): string {
  const ms = Math.floor(us / 1000);
  // After 9999 the ISO text has a six-digit year, which PostgreSQL does not parse.
  if (ms > LAST_MS) return 'infinity';
  const rest = String(us - ms * 1000).padStart(3, '0');
  return new Date(ms).toISOString().replace('Z', `${rest}Z`);
}
