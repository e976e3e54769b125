import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepPartitions } from '../keep/partitions.ts';
import { firstIdAt, newId, uuidFromId } from '../model/ids.ts';
import { DAY_MS } from '../model/time-units.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { readInvocations } from './read-invocations.ts';

/** A list costs the same on 100 million rows as on a thousand only as a range of an index. */

const ROWS = 5_000;
const LANE = 5;

const nowMs = Date.now();
const webhookId = newId(nowMs);
let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  await keepPartitions(database.url, {
    nowMs: nowMs - 11 * DAY_MS,
    ahead: 12,
    keepMs: Number.MAX_SAFE_INTEGER,
  });
  client = new pg.Client({
    connectionString: database.url,
    // The settings of `openDatabase`.
    options: [
      '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off',
      '-c enable_mergejoin=off -c enable_incremental_sort=off -c jit=off',
    ].join(' '),
  });
  await client.connect();
  for (let day = 0; day <= 10; day++) {
    // Many rows in few moments, alternating between two webhooks and two statuses.
    await client.query(
      `insert into invocation (lane, id, webhook_id, event_id, event_type, status, latest_at)
select
  $1, (substr($2, 1, 24) || lpad(to_hex(n), 12, '0'))::uuid,
  case when n % 2 = 0 then $3::uuid else gen_random_uuid() end, gen_random_uuid(), 'order.paid',
  case when n % 3 = 0 then 'failed' else 'success' end::delivery_status,
  $4::timestamptz + n / 10 * interval '1 millisecond'
from generate_series(1, ${ROWS}) n`,
      [
        LANE,
        uuidFromId(firstIdAt(nowMs - day * DAY_MS)),
        uuidFromId(webhookId),
        new Date(nowMs - day * DAY_MS),
      ],
    );
  }
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

interface Node {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Actual Rows': number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Node[];
}

async function explain(descending: boolean, withStatus: boolean, start: Date): Promise<Node> {
  const filters = { status: withStatus ? 'failed' : undefined } as const;
  const statement = readInvocations.statement(descending, filters);
  const values = statement.values({
    lane: LANE,
    webhookId,
    filters,
    firstId: firstIdAt(nowMs - 10 * DAY_MS),
    startAt: start.toISOString(),
    startId: firstIdAt(0),
    end: descending ? new Date(nowMs - 7 * DAY_MS).toISOString() : 'infinity',
    limit: 21,
  });
  const { rows } = await client.query({
    text: `explain (analyze, buffers, format json) ${statement.text}`,
    values,
  });
  return rows[0]['QUERY PLAN'][0].Plan;
}

const leaves = (node: Node): Node[] => node.Plans?.flatMap(leaves) ?? [node];
const types = (node: Node): string[] => [node['Node Type'], ...(node.Plans?.flatMap(types) ?? [])];

test.each([
  [true, false],
  [false, false],
  [true, true],
  [false, true],
])(
  'newest first %s, with status %s: one range of one index per day',
  async (descending, withStatus) => {
    for (const analysed of [false, true]) {
      if (analysed) await client.query('analyze invocation');
      for (const day of [0.5, 3, 6]) {
        const plan = await explain(descending, withStatus, new Date(nowMs - day * DAY_MS));
        expect(new Set(types(plan))).toEqual(new Set(['Limit', 'Merge Append', 'Index Scan']));
        const scans = leaves(plan);
        expect(scans.length).toBeLessThanOrEqual(14);
        for (const scan of scans) {
          expect(scan['Index Name']).toMatch(withStatus ? /status_latest_at/ : /id_latest_at/);
          expect(scan['Index Cond']).toMatch(/ROW\(latest_at, id\)/);
          expect(scan['Rows Removed by Filter'] ?? 0).toBe(0);
          expect(scan['Actual Rows']).toBeLessThanOrEqual(21);
        }
        // A hundred rows of a day take 50 pages of its table, and its whole index has 80.
        expect(plan['Shared Hit Blocks'] + plan['Shared Read Blocks']).toBeLessThan(120);
      }
    }
  },
);
