import { median } from '@hooktrail/harness/median';
import { processUsage } from '@hooktrail/harness/process-usage';
import { type Database, openDatabase } from '@hooktrail/server/database';
import { newId } from '@hooktrail/server/ids';
import { laneOf } from '@hooktrail/server/lanes';
import { createLog } from '@hooktrail/server/log';
import { query } from '@hooktrail/server/query';
import { type InvocationRow, insertEvents } from '@hooktrail/server/sql/insert-events';
import { type OutcomeRow, recordOutcomes } from '@hooktrail/server/sql/record-outcomes';
import type { ArmRuns } from '../model/arm-runs.ts';
import type { Arm, Scenario } from '../model/scenario.ts';
import { eventText } from '../wire/event-text.ts';
import { CLOSED_PORT } from './closed-port.ts';

/** Rows of one statement: alone, as under load, and as in a batch. */
const GROUPS = [1, 32, 500];

/** More statements of one row would not make their mean more exact. */
const MAX_STATEMENTS = 4_000;

/** Longer than a run, so nothing falls due meanwhile. */
const LEASE_MS = 600_000;

const MICROSECONDS = 1_000_000;

const ANY_ID = '0'.repeat(26);

/** The headers that the trail keeps of a delivery to the bench's receiver. */
const REQUEST_HEADERS = JSON.stringify([
  ...['Content-Type', 'application/json; charset=utf-8', 'User-Agent', 'Hooktrail'],
  ...['Accept', '*/*'],
  ...['X-Zendesk-Account-Id', '1', 'X-Zendesk-Webhook-Id', ANY_ID],
  ...['X-Zendesk-Webhook-Invocation-Id', ANY_ID],
  ...['X-Zendesk-Webhook-Signature-Timestamp', '2026-01-01T00:00:00Z'],
  ...['X-Zendesk-Webhook-Signature', '='.padStart(44, 'x')],
]);
const RESPONSE_HEADERS = JSON.stringify(['Content-Length', '0']);

const backendPid = query<undefined, { pid: number }>(
  'backend-pid',
  {},
  'select pg_backend_pid() as pid',
);

/**
 * Measures the CPU time that PostgreSQL needs for the two statements of every delivery, in groups
 * of several sizes: the fixed cost of a statement, and the cost of each row. It is the time of the
 * one backend that runs them; the WAL writer, checkpoints and vacuuming come on top.
 */
export const statements: Scenario = {
  name: 'statements',
  repeated: true,

  async arms(stage, sizes) {
    const { hooktrail } = stage;
    const ports = Array.from({ length: sizes.webhooks }, () => CLOSED_PORT);
    const webhooks = await stage.webhooks.create(ports);
    await stage.webhooks.setStatus(webhooks, 'inactive');
    const body = eventText('bench', sizes.eventBytes);

    function groupOf(size: number) {
      const nowMs = Date.now();
      const ids = Array.from({ length: size }, () => newId(nowMs));
      const events = ids.map((id) => ({ id, accountId: 1, type: 'bench', body }));
      const invocations = ids.map((eventId, index) => {
        const webhookId = webhooks[index % webhooks.length]?.id as string;
        const lane = laneOf(webhookId);
        return { id: newId(nowMs), lane, webhookId, eventId, eventType: 'bench', leased: true };
      });
      return { versions: [], events, invocations, leaseMs: LEASE_MS };
    }

    async function insert(database: Database, size: number): Promise<OutcomeRow[]> {
      const group = groupOf(size);
      const [row] = await database.run(insertEvents, group);
      const leasedUntilMs = (row as { leased_until: Date }).leased_until.getTime();
      return group.invocations.map((invocation) => successOf(invocation, leasedUntilMs));
    }

    function arm(size: number): Arm {
      return {
        name: `statements: ${size} ${size === 1 ? 'row' : 'rows'}`,
        unit: 'µs a row',
        async run(share) {
          const rows = Math.min(sizes.statementRows, MAX_STATEMENTS * size) * share;
          const count = Math.ceil(rows / size);
          const log = createLog('error');
          const database = openDatabase(hooktrail.databaseUrl, { connections: 1, log });
          try {
            const [{ pid }] = (await database.run(backendPid, undefined)) as [{ pid: number }];
            const seconds = () => processUsage(pid)?.cpuSeconds ?? Number.NaN;
            const begun = seconds();
            const groups: OutcomeRow[][] = [];
            for (let done = 0; done < count; done++) groups.push(await insert(database, size));
            const inserted = seconds();
            for (const outcomes of groups) {
              await database.run(recordOutcomes, { outcomes, repeated: false });
            }
            const recorded = seconds();
            const insertUs = ((inserted - begun) * MICROSECONDS) / count;
            const recordUs = ((recorded - inserted) * MICROSECONDS) / count;
            const value = (insertUs + recordUs) / size;
            return { value, items: count * size, details: { size, insertUs, recordUs } };
          } finally {
            await database.close();
          }
        },
      };
    }

    return GROUPS.map(arm);
  },

  notes: (arms) => [
    `insert-events: ${line(arms, 'insertUs')} of PostgreSQL's CPU time`,
    `record-outcomes: ${line(arms, 'recordUs')} of PostgreSQL's CPU time`,
  ],
};

/** Of a kept connection, as most requests have: no wait to write, 1 ms to the first byte. */
const PHASES = Uint8Array.of(0b111_0000, 0, 1);

function successOf({ id, lane, webhookId }: InvocationRow, leasedUntilMs: number): OutcomeRow {
  const nowMs = Date.now();
  return {
    lane,
    webhookId,
    invocationId: id,
    attemptId: newId(nowMs),
    leasedUntilMs,
    status: 'success',
    statusCode: 200,
    completedAtMs: nowMs,
    durationMs: 1,
    phases: PHASES,
    retryInMs: null,
    manual: false,
    resumes: false,
    uncounted: false,
    responseRaw: null,
    reason: null,
    reasonCode: null,
    errorClass: null,
    errorMessage: null,
    requestMethod: 'POST',
    requestUrl: 'https://receiver.example/hook',
    requestHeaders: REQUEST_HEADERS,
    responseHeaders: RESPONSE_HEADERS,
    responseBody: '',
    responseLength: 0,
  };
}

/** Fits a straight line through the smallest and the largest group. */
function line(arms: readonly ArmRuns[], detail: string): string {
  const points = arms.map(({ runs }) => ({
    size: runs[0]?.details?.['size'] ?? Number.NaN,
    us: median(runs.map(({ details }) => details?.[detail] ?? Number.NaN)),
  }));
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return 'nothing';
  const each = (last.us - first.us) / (last.size - first.size);
  return `${(first.us - each * first.size).toFixed()} µs, and ${each.toFixed(1)} µs a row`;
}
