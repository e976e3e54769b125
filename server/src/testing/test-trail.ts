import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { pino } from 'pino';
import { type Database, openDatabase } from '../database/database.ts';
import { keepPartitions } from '../keep/partitions.ts';
import { firstIdAt, idFromUuid, newId, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { DAY_MS } from '../model/time-units.ts';
import { insertEvents } from '../sql/insert-events.ts';
import type { OutcomeRow } from '../sql/record-outcomes.ts';
import type { LeaseRow } from '../sql/renew-leases.ts';
import { createTestDatabase } from './test-database.ts';

/** The columns of an invocation that tests read. */
export interface StoredInvocation extends pg.QueryResultRow {
  readonly id: string;
  readonly status: string;
  readonly status_code: number | null;
  readonly attempts_count: number;
  readonly reason: string | null;
  readonly history: string | null;
  readonly leased: boolean;
  readonly latest_at: Date;
  readonly due_at: Date | null;
}

/** A database with partitions for some days, accessed as the server does and by plain SQL. */
export interface TestTrail {
  readonly url: string;
  readonly database: Database;
  /** Runs any statement; UUIDs in rows are converted to ids. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  invocation(id: string): Promise<StoredInvocation>;
  /** The numbers of an invocation's attempts, in order. */
  attemptNumbers(id: string): Promise<number[]>;
  drop(): Promise<void>;
}

/** Makes an id of any time; `newId` never goes back in time. */
export function idAt(timeMs: number): string {
  const random = randomBytes(16).toString('hex').slice(0, 16).toUpperCase();
  return firstIdAt(Math.floor(timeMs)).slice(0, 10) + random;
}

/** Makes an empty trail with a partition for each of the last `days` days. */
export async function createTestTrail({ days = 2, connections = 20 } = {}): Promise<TestTrail> {
  const { url, drop } = await createTestDatabase();
  for (let ago = days - 1; ago >= 0; ago--) {
    await keepPartitions(url, {
      nowMs: Date.now() - ago * DAY_MS,
      ahead: 1,
      keepMs: 1_000 * DAY_MS,
    });
  }
  const database = openDatabase(url, { connections, log: pino({ level: 'silent' }) });
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === pg.types.builtins.UUID && format !== 'binary'
          ? idFromUuid
          : pg.types.getTypeParser(oid, format as 'text'),
    } as pg.CustomTypesConfig,
  });

  async function sql<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) {
    return (await pool.query<Row>(text, values)).rows;
  }

  return {
    url,
    database,
    sql,
    async invocation(id) {
      const [row] = await sql<StoredInvocation>('select * from invocation where id = $1', [
        uuidFromId(id),
      ]);
      if (row === undefined) throw new Error(`no invocation ${id}`);
      return row;
    },
    async attemptNumbers(id) {
      const rows = await sql<{ number: number }>(
        'select number from attempt where invocation_id = $1 order by number',
        [uuidFromId(id)],
      );
      return rows.map((row) => row.number);
    },
    async drop() {
      await database.close();
      await pool.end();
      await drop();
    },
  };
}

/** Ids of webhooks that share a lane. */
export function webhooksOfLane(lane: number, count: number): string[] {
  const ids: string[] = [];
  while (ids.length < count) {
    const id = newId(Date.now());
    if (laneOf(id) === lane) ids.push(id);
  }
  return ids;
}

/** Stores an active webhook of which only the id matters. */
export async function storeWebhook(trail: TestTrail, id = newId(Date.now())): Promise<string> {
  await trail.sql(
    `with a as (insert into account (id, name) values (1, 'main') on conflict do nothing)
    insert into webhook (
      id, account_id, name, status, subscriptions, endpoint, http_method, request_format,
      signing_secret, created_at, created_by
    ) values ($1, 1, 'test', 'active', '{*}', 'http://127.0.0.1:9', 'POST', 'json', '', now(), 'test')`,
    [uuidFromId(id)],
  );
  return id;
}

interface Waiting {
  readonly webhookId: string;
  readonly count?: number;
  /** The time of their ids, which decides the partition. */
  readonly atMs?: number;
  readonly dueInMs?: number;
  readonly body?: string;
}

/** Stores events with one due invocation each, as accepted; resolves to the invocations' ids. */
export async function storeInvocations(
  trail: TestTrail,
  { webhookId, count = 1, atMs = Date.now(), dueInMs = -1_000, body = '{}' }: Waiting,
): Promise<string[]> {
  const lane = laneOf(webhookId);
  const invocations = Array.from({ length: count }, () => ({
    id: idAt(atMs),
    lane,
    webhookId,
    eventId: idAt(atMs),
    eventType: 'order.paid',
    leased: false,
  }));
  await trail.database.run(insertEvents, {
    versions: [],
    events: invocations.map(({ eventId }) => ({
      id: eventId,
      accountId: 1,
      type: 'order.paid',
      body,
    })),
    invocations,
    leaseMs: 30_000,
  });
  const ids = invocations.map(({ id }) => id);
  await trail.sql(
    `update invocation set due_at = now() + $2 * interval '1 millisecond' where id = any ($1)`,
    [ids.map(uuidFromId), dueInMs],
  );
  return ids;
}

/** The outcome of a request that was answered with 500, with a retry in 5 s. */
export function outcomeOf(lease: LeaseRow, values: Partial<OutcomeRow> = {}): OutcomeRow {
  return {
    ...lease,
    attemptId: newId(Date.now()),
    status: 'server error',
    statusCode: 500,
    completedAtMs: Date.now(),
    durationMs: 12,
    phases: null,
    retryInMs: 5_000,
    reason: null,
    manual: false,
    resumes: false,
    uncounted: false,
    reasonCode: null,
    errorClass: null,
    errorMessage: null,
    requestMethod: 'POST',
    requestUrl: 'https://example.com/hook',
    requestHeaders: '["User-Agent","Hooktrail"]',
    responseHeaders: '["Date","today"]',
    responseBody: 'no',
    responseLength: 2,
    responseRaw: null,
    ...values,
  };
}
