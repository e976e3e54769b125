import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { sql } from '@hooktrail/harness/sql';
import { UndoStack } from '@hooktrail/harness/undo-stack';
import { inject } from 'vitest';
import { countStatements } from './count-statements.ts';
import { HOSTILE } from './hostile.ts';
import type { CountedNode } from './left-open.ts';
import { type ConsoleNode, startConsoleNode } from './start-console-node.ts';

/** A real node with alerts, and a receiver that routes may post to. */
export interface AlertsStage extends ConsoleNode, CountedNode {
  /** `/refuses` answers 500. */
  readonly receiver: Receiver;
  readonly webhook: { readonly id: string; readonly name: string };
  /** Opens an alert of a kind about the webhook, and returns its id. */
  open(kind: string, severity: 'warning' | 'critical', facts: object): Promise<string>;
  resolve(id: string): Promise<void>;
  /** Makes a job look as if it had stopped itself, with an alert about it, and returns the id of the alert. */
  stopJob(jobId: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts a node on a database of its own, into which alerts are written: the engine would wait for its rules. */
export async function startAlertsStage(): Promise<AlertsStage> {
  const undo = new UndoStack();
  try {
    return await setUp(undo);
  } catch (error) {
    await undo.run();
    throw error;
  }
}

async function setUp(undo: UndoStack): Promise<AlertsStage> {
  const receiver = await startReceiver({
    behaviour({ path }, response) {
      response.writeHead(path === '/refuses' ? 500 : 200).end('ok');
    },
  });
  undo.push(() => receiver.close());
  const server = inject('postgresUrl');
  const template = inject('templateDatabase');
  const database = `${template}_alerts_${process.pid}_${Date.now().toString(36)}`;
  await sql(server, `create database ${database} template ${template}`);
  undo.push(() => sql(server, `drop database ${database} with (force)`));
  const url = new URL(server);
  url.pathname = database;
  const statements = await countStatements();
  undo.push(() => statements.close());
  const node = await startConsoleNode(undo, url.href, statements.env);
  const { id } = await node.hooktrail.webhooks.create({
    name: HOSTILE.name,
    endpoint: `${receiver.url}/ok`,
    httpMethod: 'POST',
    requestFormat: 'json',
    status: 'active',
    subscriptions: ['order.paid'],
  });
  return {
    ...node,
    statements,
    receiver,
    webhook: { id, name: HOSTILE.name },
    async open(kind, severity, facts) {
      const [row] = await sql<{ id: string }>(
        url.href,
        `insert into alert (
  account_id, id, kind, severity, subject, webhook_id, value, threshold, facts, started_at, opened_at, muted
)
select 1, gen_random_uuid(), $1, $2, $3, w.id, 0.75, 0.5, $4, now() - interval '10 minutes', now(), false
from webhook w
returning id`,
        [kind, severity, id, JSON.stringify({ name: HOSTILE.name, ...facts })],
      );
      if (row === undefined) throw new Error('there is no webhook');
      const { items } = await node.hooktrail.alerts.list({ filterKind: kind, filterState: 'open' });
      return items[0]?.id ?? '';
    },
    async resolve(alertId) {
      const { kind } = await node.hooktrail.alerts.get(alertId);
      await sql(url.href, 'update alert set resolved_at = now() where kind = $1', [kind]);
    },
    async stopJob(jobId) {
      await sql(
        url.href,
        `update job set state = 'stopped', ended_at = null, reason = 'too many failed' where kind = 'replay'`,
      );
      await sql(
        url.href,
        `insert into alert (
  account_id, id, kind, severity, subject, job_id, value, threshold, facts, started_at, opened_at, muted
)
select account_id, gen_random_uuid(), 'job', 'critical', $1, id, 1, 1, $2, now(), now(), false
from job where kind = 'replay'`,
        [jobId, JSON.stringify({ job_kind: 'replay', reason: 'too many failed' })],
      );
      const { items } = await node.hooktrail.alerts.list({ filterKind: 'job' });
      return items[0]?.id ?? '';
    },
    async close() {
      const errors = await undo.run();
      if (errors.length > 0) throw errors[0];
    },
  };
}
