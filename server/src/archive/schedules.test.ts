import { sql } from '@hooktrail/harness/sql';
import { ManualClock } from '@hooktrail/harness/zendesk/manual-clock';
import { startZendeskDouble } from '@hooktrail/harness/zendesk/zendesk-double';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../database/database.ts';
import { keepPartitions } from '../keep/partitions.ts';
import { HOUR_MS, MINUTE_MS } from '../model/time-units.ts';
import { archiveProblems } from '../testing/archive/archive-problems.ts';
import { PolledSource } from '../testing/archive/polled-source.ts';
import {
  anySchedule,
  harmlessSchedule,
  type RemoteSchedule,
} from '../testing/archive/remote-schedule.ts';
import { runSchedule } from '../testing/archive/run-schedule.ts';
import { createTestDatabase } from '../testing/test-database.ts';

let url: string;
let drop: () => Promise<void>;
let database: Database;

const START_MS = Date.UTC(2026, 0, 5, 9);

beforeAll(async () => {
  ({ url, drop } = await createTestDatabase());
  database = openDatabase(url, { connections: 2, log: pino({ level: 'silent' }) });
  await sql(url, `insert into account (id, name) values (1, 'main')`);
  await keepPartitions(url, {
    nowMs: START_MS,
    ahead: 200,
    keepMs: Number.POSITIVE_INFINITY,
    tables: ['archive_event', 'archive_invocation', 'archive_attempt'],
  });
});
afterAll(async () => {
  await database.close();
  await drop();
});

/** A few hundred by the command in docs/reliability.md. */
const RUNS = Number(process.env['HOOKTRAIL_TEST_SCHEDULES'] ?? 4);
const SEED = Number(process.env['HOOKTRAIL_TEST_SCHEDULES_SEED'] ?? 17);

/** What is wrong with the archive after a schedule. */
async function problemsOf(schedule: RemoteSchedule): Promise<string[]> {
  const clock = new ManualClock(START_MS);
  const double = await startZendeskDouble({ seed: schedule.seed, clock });
  try {
    const { seed } = schedule;
    const archive = await PolledSource.create({ clock, database, double, seed });
    try {
      const happened = await runSchedule({ archive, clock, double }, schedule);
      const { losses, webhooks } = happened;
      const { account } = double;
      return [...happened.problems, ...(await archiveProblems(account, archive, webhooks, losses))];
    } finally {
      await archive.end();
    }
  } finally {
    await double.close();
  }
}

/** A node dies within a walk of several pages, for longer than a walk may be interrupted. */
const INTERRUPTED: RemoteSchedule = {
  seed: 1,
  perHour: [1],
  lateShare: 0,
  happenings: [
    { kind: 'burst', webhook: 0, count: 400 },
    { kind: 'outage', forMs: 20 * MINUTE_MS },
    { kind: 'kill', commits: 2, committed: true, downMs: HOUR_MS },
    { kind: 'polling', forMs: 20 * MINUTE_MS },
  ],
};

test.each([
  ['that loses nothing', harmlessSchedule],
  ['that loses rows', anySchedule],
])(
  'an archive has everything, or a gap for it, after any schedule %s',
  {
    timeout: 60_000 + RUNS * 60_000,
  },
  async (_what, schedules) => {
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => {
        expect(await problemsOf(schedule)).toEqual([]);
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true, examples: [[INTERRUPTED]] },
    );
  },
);
