import { createLog } from '@hooktrail/server/dist/create-log.js';
import { openDatabase } from '@hooktrail/server/dist/database/database.js';
import { newId } from '@hooktrail/server/dist/ids.js';
import { laneOf } from '@hooktrail/server/dist/lanes.js';
import { insertEvents } from '@hooktrail/server/dist/sql/insert-events.js';
import { serve } from './serve.ts';

/** What is to be written. */
export interface Rows {
  readonly databaseUrl: string;
  /** One invocation of each event, of these webhooks in turn; none when there are none. */
  readonly webhookIds: readonly string[];
  readonly type: string;
  readonly body: string;
  /** So many events, or for so long. */
  readonly until: { readonly events: number } | { readonly seconds: number };
  /** Events of one statement. */
  readonly rowsPerStatement: number;
  /** Statements under way at once, a connection each. */
  readonly writers: number;
}

/** The commands of a process that writes accepted events, all of them due, with nothing around it. */
export interface BareInsert {
  insert(rows: Rows): Promise<Inserted>;
}

export interface Inserted {
  readonly events: number;
  readonly seconds: number;
}

function group({ webhookIds, type, body }: Rows, size: number) {
  const nowMs = Date.now();
  const events = Array.from({ length: size }, () => ({
    id: newId(nowMs),
    accountId: 1,
    type,
    body,
  }));
  const invocations = events.flatMap((event, index) => {
    const webhookId = webhookIds[index % webhookIds.length];
    if (webhookId === undefined) return [];
    return {
      id: newId(nowMs),
      lane: laneOf(webhookId),
      webhookId,
      eventId: event.id,
      eventType: type,
      leased: false,
    };
  });
  return { events, invocations, nowMs, leaseMs: 30_000 };
}

async function insert(rows: Rows): Promise<Inserted> {
  const { until, writers, rowsPerStatement } = rows;
  const database = openDatabase(rows.databaseUrl, { connections: writers, log: createLog('warn') });
  const goal = 'events' in until ? until.events : Number.POSITIVE_INFINITY;
  let events = 0;
  let started = performance.now();
  const seconds = () => (performance.now() - started) / 1_000;

  async function write(): Promise<void> {
    while (events < goal && !('seconds' in until && seconds() >= until.seconds)) {
      const size = Math.min(goal - events, rowsPerStatement);
      events += size;
      await database.run(insertEvents, group(rows, size));
    }
  }
  try {
    await database.run({ name: '', text: 'select', values: () => [] }, undefined);
    started = performance.now();
    await Promise.all(Array.from({ length: writers }, write));
    return { events, seconds: seconds() };
  } finally {
    await database.close();
  }
}

serve<BareInsert>({ insert });
