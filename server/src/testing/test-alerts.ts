import { pino } from 'pino';
import { AlertEvaluator } from '../alerts/alert-evaluator.ts';
import type { ConditionReader } from '../alerts/condition.ts';
import { createJobReader } from '../alerts/conditions/create-job-reader.ts';
import { createWebhookReaders } from '../alerts/conditions/create-webhook-readers.ts';
import { FailureReader } from '../alerts/conditions/failure-reader.ts';
import { SourceReader } from '../alerts/conditions/source-reader.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { Backlogs } from '../deliver/claim/backlogs.ts';
import { dayRanges } from '../deliver/claim/day-ranges.ts';
import { createDirectory } from '../directory/create-directory.ts';
import { Breakers } from '../gates/breakers.ts';
import { newId, uuidFromId } from '../model/ids.ts';
import { LANES } from '../model/lanes.ts';
import { PROFILES } from '../model/profiles.ts';
import { DAY_MS, MINUTE_MS } from '../model/time-units.ts';
import { createSecretBox } from '../secrets/secret-box.ts';
import { findDueWebhooks } from '../sql/find-due-webhooks.ts';
import { sql } from './test-node.ts';

/** One that evaluates beside real nodes, by a clock that a test moves. */
export interface TestAlerts {
  readonly evaluator: AlertEvaluator;
  /** Its id as a node. */
  readonly node: string;
  /** `setBackMs` moves it alone; what is before moves the monotonic clock too. */
  readonly clock: {
    nowMs: number | undefined;
    aheadMs: number;
    setBackMs: number;
    now(): number;
  };
  readonly monotonic: () => number;
  /** Looks at everything as a node does, and evaluates. Resolves to whether it had the lease. */
  evaluate(): Promise<boolean>;
  /** Takes the lease from whoever has it. */
  takeLease(): Promise<void>;
  close(): Promise<void>;
}

/** Makes it for a database; `readers` replace those of a node. */
export async function createTestAlerts(
  url: string,
  readers?: readonly ConditionReader[],
): Promise<TestAlerts> {
  const log = pino({ level: process.env['HOOKTRAIL_TEST_LOG'] ?? 'silent' });
  const database: Database = openDatabase(url, { connections: 3, log });
  const secrets = createSecretBox(Buffer.alloc(32, 7));
  const directory = createDirectory({ database, secrets, onWebhook: () => undefined });
  const breakers = new Breakers({
    database,
    log,
    onChange: () => undefined,
    rulesOf: () => PROFILES.durable,
  });
  const backlogs = new Backlogs();
  const node = newId(Date.now());
  const clock: TestAlerts['clock'] = {
    nowMs: undefined,
    aheadMs: 0,
    setBackMs: 0,
    now: () => monotonic() - clock.setBackMs,
  };
  const monotonic = () => (clock.nowMs ?? Date.now()) + clock.aheadMs;
  const rollupKeptMs = { minute: 3 * DAY_MS, hour: 400 * DAY_MS, day: 400 * DAY_MS };
  const evaluator = new AlertEvaluator({
    ...{ clock, database, directory, log, monotonic, node },
    readers: readers ?? [
      new FailureReader({
        ...{ citus: false, clock, database, directory, rollupKeptMs },
        webhooksOfRoutes: async () => [],
      }),
      ...createWebhookReaders({ backlogs, breakers, clock, directory }),
      createJobReader({ database }),
      new SourceReader({ clock, database, monotonic }),
    ],
  });
  return {
    evaluator,
    node,
    clock,
    monotonic,
    async evaluate() {
      await directory.reload();
      await breakers.reload();
      for (let lane = 0; lane < LANES; lane++) {
        const params = { lane, withinMs: MINUTE_MS, ranges: dayRanges(Date.now()) };
        const found = await database.run(findDueWebhooks, params);
        const nowMs = Date.now();
        const due = found.map((one) => ({
          webhookId: one.webhook_id,
          sinceMs: nowMs + one.in_ms,
        }));
        backlogs.swept(lane, due, nowMs);
      }
      return evaluator.evaluate();
    },
    async takeLease() {
      await sql(
        url,
        `insert into alert_lease (id, node, until_at, heartbeat_due_at) values (1, $1, 'infinity', '-infinity')
        on conflict (id) do update set node = excluded.node, until_at = excluded.until_at`,
        [uuidFromId(node)],
      );
    },
    async close() {
      await evaluator.stop();
      await breakers.stop();
      await database.close();
    },
  };
}
