import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '@hooktrail/server/database';
import { newId } from '@hooktrail/server/ids';
import { laneOf } from '@hooktrail/server/lanes';
import { createLog } from '@hooktrail/server/log';
import { insertEvents } from '@hooktrail/server/sql/insert-events';
import { notify } from '@hooktrail/server/sql/notify';
import { monotonicUs } from '../measure/monotonic-us.ts';
import { eventText } from '../wire/event-text.ts';
import { DIGITS, STAMP_FIELD } from '../wire/stamp.ts';
import { serve } from './serve.ts';

/** The rows to write. */
export interface Rows {
  readonly databaseUrl: string;
  /** Each event gets one invocation, of these webhooks in turn; none if the list is empty. */
  readonly webhookIds: readonly string[];
  readonly type: string;
  readonly body: string;
  /** Stops after this many events, or after this time. */
  readonly until: { readonly events: number } | { readonly seconds: number };
  /** Events in one statement. */
  readonly rowsPerStatement: number;
  /** Concurrent statements, with a connection each. */
  readonly writers: number;
}

/** Events to write at a steady rate. */
export interface Trickle {
  readonly databaseUrl: string;
  /** Each event gets one invocation, of these webhooks in turn. */
  readonly webhooks: readonly { readonly id: string; readonly type: string }[];
  readonly eventBytes: number;
  readonly events: number;
  readonly perSecond: number;
}

/**
 * The commands of a process that writes accepted events, all due, by the server's statement alone.
 */
export interface BareInsert {
  insert(rows: Rows): Promise<Inserted>;
  /** Writes events as due and notifies the others, as a node without free capacity does. */
  trickle(trickle: Trickle): Promise<Inserted>;
}

export interface Inserted {
  readonly events: number;
  readonly seconds: number;
}

/** A node notifies the others this often. */
const NOTICE_MS = 50;

const UNSTAMPED = STAMP_FIELD + ''.padStart(DIGITS, '0');

function group(
  { webhookIds, type, body }: Pick<Rows, 'webhookIds' | 'type' | 'body'>,
  size: number,
) {
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
  return { versions: [], events, invocations, nowMs, leaseMs: 30_000 };
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

async function trickle(trickle: Trickle): Promise<Inserted> {
  const { databaseUrl, webhooks, eventBytes, events, perSecond } = trickle;
  const database = openDatabase(databaseUrl, { connections: 1, log: createLog('warn') });
  const bodies = webhooks.map(({ type }) => eventText(type, eventBytes).split(UNSTAMPED));
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1_000;
  let written = 0;
  try {
    while (written < events) {
      const goal = Math.min(events, Math.floor(seconds() * perSecond));
      const sent = String(monotonicUs()).padStart(DIGITS, '0');
      const noticed = new Set<string>();
      const groups = Array.from({ length: goal - written }, () => {
        const turn = written++ % webhooks.length;
        const { id, type } = webhooks[turn] as { id: string; type: string };
        noticed.add(id);
        const body = (bodies[turn] as string[]).join(STAMP_FIELD + sent);
        return group({ webhookIds: [id], type, body }, 1);
      });
      const [first] = groups;
      if (first !== undefined) {
        await database.run(insertEvents, {
          ...first,
          events: groups.flatMap((one) => one.events),
          invocations: groups.flatMap((one) => one.invocations),
        });
        await database.run(notify, { channel: 'hooktrail_due', payload: [...noticed].join(',') });
      }
      await sleep(NOTICE_MS);
    }
    return { events: written, seconds: seconds() };
  } finally {
    await database.close();
  }
}

serve<BareInsert>({ insert, trickle });
