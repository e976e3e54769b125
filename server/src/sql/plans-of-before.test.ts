import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../database/database.ts';
import { type Query, query } from '../database/query.ts';
import { uuidFromId } from '../model/ids.ts';
import {
  createFilledTrail,
  crowd,
  type FilledTrail,
  WITHOUT_AUTOVACUUM,
} from '../testing/filled-trail.ts';
import { type StatementCase, statementCases } from '../testing/statement-cases.ts';
import { createTestTrail, storeInvocations, type TestTrail } from '../testing/test-trail.ts';

/**
 * A connection plans a statement once, and PostgreSQL plans it anew only when it has analysed a table, up to a minute
 * after this has grown. So here each statement is planned while all tables are empty, and none is analysed. What it reads
 * of a webhook, a job or an account with thousands of rows must be what it was asked for.
 */

const ROWS = 10_000;

/** Those that read one page, or one part, of what they go through; all others read a few rows. */
const MOST_READ = 3_000;

/** They delete rows that came days before: PostgreSQL has analysed the table since. */
const OF_OLD_ROWS: ReadonlySet<string> = new Set(['remove-reconciled']);

const rowsRead: Query<undefined, { rows: number }> = query(
  'rows-read',
  {},
  `select coalesce(sum(pg_stat_get_xact_tuples_returned(oid)), 0)::integer as rows
from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'i')`,
);

/** Plans are of a connection. */
const backend: Query<undefined, { pid: number }> = query(
  'backend',
  {},
  'select pg_backend_pid() as pid',
);

let filled: FilledTrail;
let trail: TestTrail;
let cases: readonly StatementCase[];
let planned: readonly { readonly pid: number }[];

/** What a call reads; undefined if it fails on this trail. Nothing of it stays. */
async function readsOf(
  database: Database,
  { params, query: whole }: StatementCase,
): Promise<number | undefined> {
  const statement = whole as Query<unknown, unknown>;
  const undone = new Error('undone');
  let reads: number | undefined;
  await database
    .transaction(async (runner) => {
      const [before] = await runner.run(rowsRead, undefined);
      await runner.run(statement.ofDay?.(params) ?? statement, params);
      const [after] = await runner.run(rowsRead, undefined);
      reads = (after?.rows ?? 0) - (before?.rows ?? 0);
      throw undone;
    })
    .catch(() => undefined);
  return reads;
}

/** Thousands of rows wherever a call names a webhook, a job or an account. */
async function fill(): Promise<void> {
  const { sql } = trail;
  const webhookId = filled.neighbours[0] as string;
  const settled = cases.find(({ query: { name } }) => name === 'settle-job-items');
  const ids = [
    (settled as StatementCase & { params: { jobId: string } }).params.jobId,
    webhookId,
  ].map(uuidFromId);
  await crowd(trail, ROWS);
  await storeInvocations(trail, { webhookId, count: ROWS });
  const invocations = `from invocation where webhook_id = $2`;
  await sql(
    `insert into attempt (lane, invocation_id, number, id, status, duration_ms, request_headers)
    select lane, id, 1, id, 'success', 1, '[]' from invocation on conflict do nothing`,
  );
  await sql(
    `insert into archive_event (account_id, lane, id, source_id, type, body)
    select account_id, lane, id, gen_random_uuid(), type, body from event`,
  );
  await sql(
    `insert into archive_invocation (
      latest_at, attempts_count, outcomes_count, status, lane, status_code, id, webhook_id, event_id, event_type
    )
    select latest_at, attempts_count, attempts_count, status, lane, status_code, id, webhook_id, event_id,
      event_type
    from invocation`,
  );
  await sql(
    `insert into archive_attempt (
      completed_at, number, status, lane, sent, webhook_id, invocation_id, id, request_headers
    )
    select latest_at, 1, status, lane, true, webhook_id, id, id, '[]' from invocation`,
  );
  for (const state of ['pending', 'sent', 'skipped', 'succeeded']) {
    await sql(
      `insert into job_item (job_id, webhook_id, invocation_id, attempts_count, state)
      select $1, webhook_id, gen_random_uuid(), 1, '${state}' ${invocations}`,
      ids,
    );
  }
  await sql(
    `insert into erase_item (job_id, webhook_id, id, archived, public_id)
    select $1, webhook_id, id, false, id::text ${invocations}`,
    ids,
  );
  await sql(
    `insert into idempotency_key (lane, account_id, key, fingerprint, answer, created_at)
    select lane, 1, id::text, '', '{}', now() from event`,
  );
  await sql(
    `insert into reconcile_row (lane, webhook_id, id, kind, arrived_at, event_id)
    select lane, webhook_id, id, 'not_listed', now(), 'x' ${invocations.replaceAll('$2', '$1')}`,
    ids.slice(1),
  );
}

beforeAll(async () => {
  filled = await createFilledTrail();
  cases = Object.values(statementCases(filled)).flat();
  trail = await createTestTrail({ days: 6, connections: 1 });
  await trail.sql(WITHOUT_AUTOVACUUM);
  await trail.sql(`insert into account (id, name) values (1, 'main') on conflict do nothing`);
  for (const one of cases) await readsOf(trail.database, one);
  planned = await trail.database.run(backend, undefined);
  await fill();
}, 120_000);
afterAll(() => Promise.all([trail?.drop(), filled?.trail.drop()]));

describe('what statements read that were planned while tables were empty', () => {
  it('is what they were asked for', async () => {
    const found: string[] = [];
    let measured = 0;
    for (const one of cases) {
      const reads = await readsOf(trail.database, one);
      if (reads === undefined) continue;
      measured++;
      if (reads > MOST_READ && !OF_OLD_ROWS.has(one.query.name))
        found.push(`${one.query.name} reads ${reads} rows`);
    }
    expect(found).toEqual([]);
    expect(await trail.database.run(backend, undefined)).toEqual(planned);
    expect(measured).toBeGreaterThan(0.95 * cases.length);
  });
});
