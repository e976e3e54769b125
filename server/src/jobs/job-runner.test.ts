import { eventually } from '@hooktrail/harness/eventually';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../database/database.ts';
import { createLog } from '../log/create-log.ts';
import { newId, uuidFromId } from '../model/ids.ts';
import type { JobState } from '../model/job.ts';
import { Turns } from '../shares/turns.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { sql } from '../testing/test-node.ts';
import type { HeldJob } from './held/held-job.ts';
import { takeTurns } from './held/take-turns.ts';
import { JobRunner } from './job-runner.ts';

let url: string;
let drop: () => Promise<void>;
let database: Database;
let runner: JobRunner | undefined;

const log = createLog('silent');
const clock = { now: () => Date.now() };

beforeAll(async () => {
  ({ url, drop } = await createTestDatabase());
  database = openDatabase(url, { connections: 3, log });
  await sql(url, `insert into account (id, name) values (1, 'many'), (2, 'one'), (3, 'third')`);
});
afterEach(async () => {
  await runner?.stop();
  runner = undefined;
  await sql(url, 'delete from job');
});
afterAll(async () => {
  await database.close();
  await drop();
});

async function add(accountId: number, state: JobState): Promise<string> {
  const id = newId(Date.now());
  await sql(
    url,
    `insert into job (id, account_id, kind, state, stage, requested_by, spec, progress)
values ($1, $2, 'replay', $3, 'running', 'x', '{}', '{}')`,
    [uuidFromId(id), accountId, state],
  );
  return id;
}

/** Runs jobs with a kind that does this with each. */
function start(run: (job: HeldJob) => Promise<void>): void {
  const turns = new Turns(3);
  runner = new JobRunner({
    clock,
    database,
    databaseOf: (accountId) => takeTurns(database, turns, accountId),
    kinds: [{ name: 'replay', run }],
    log,
  });
  runner.start();
}

test('an account has its share of the jobs of a node, and those of another do not wait for them', async () => {
  for (let count = 0; count < 70; count++) await add(1, 'paused');
  const held = new Map<number, number>();
  start(async (job) => {
    held.set(job.accountId, (held.get(job.accountId) ?? 0) + 1);
    await job.wait(60_000);
  });
  // Seven eighths of 64 for the first, however many it has.
  await eventually('the first to have its share', async () => held.get(1) === 56);
  await add(2, 'waiting');
  await add(3, 'waiting');
  runner?.wake();
  await eventually('the others', async () => held.get(2) === 1 && held.get(3) === 1);
  expect(held.get(1)).toBe(56);
});

test('the statements of an account with many jobs leave one of three connections to others', async () => {
  for (let count = 0; count < 20; count++) await add(1, 'paused');
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let busy = 0;
  let moved = 0;
  start(async (job) => {
    if (job.accountId === 1) {
      // A page that takes long.
      await job.move({ progress: {} }, async () => {
        busy++;
        await released;
      });
    } else {
      for (let page = 0; page < 10; page++) {
        await job.move({ progress: { page } });
        moved++;
      }
    }
    await job.wait(60_000);
  });
  await eventually('the first to have its share', async () => busy === 2);
  await add(2, 'waiting');
  runner?.wake();
  await eventually('the pages of the other', async () => moved === 10);
  expect(busy).toBe(2);
  release();
});

test('a job that fails is stopped with a reason, and can be resumed', async () => {
  const id = await add(1, 'waiting');
  start(async () => {
    throw new Error('a bug');
  });
  const row = await eventually('the job to stop', async () => {
    const [found] = await sql<{
      state: string;
      busy: boolean;
      reason_code: string;
      reason: string;
    }>(url, 'select state, busy, reason_code, reason from job where id = $1', [uuidFromId(id)]);
    return found?.state === 'stopped' ? found : undefined;
  });
  expect(row).toMatchObject({ busy: false, reason_code: 'error' });
  expect(row.reason).toMatch(/^an internal error stopped it: the log of the node has the details/);
});
