import { uuidFromId } from '@hooktrail/server/ids';
import { LANES, laneOf } from '@hooktrail/server/lanes';
import type { TrailAttempt, TrailInvocation, TrailRows } from '../books/trail-rows.ts';
import { SERIAL } from './endpoint.ts';
import type { Postgres } from './postgres.ts';

/** The database of the nodes, read and changed by the run itself. */
export interface Trail {
  /** Makes waiting retries due now, as if their time had passed. */
  hurry(): Promise<void>;
  /** How many invocations are due, now or later, and how many are leased. */
  unfinished(): Promise<{ readonly waiting: number; readonly leased: number }>;
  /** The invocations of a webhook, and how many of them are due or leased. */
  ofWebhook(webhookId: string): Promise<{ readonly ids: readonly string[]; readonly open: number }>;
  /** How many invocations of a webhook are not delivered. */
  undelivered(webhookId: string): Promise<number>;
  /** How many transactions PostgreSQL has ended so far. */
  transactions(): Promise<number>;
  read(): Promise<TrailRows>;
}

/** Opens the trail. */
export function openTrail({ sql }: Postgres): Trail {
  /** Reads lane by lane, so no statement takes long, however long the run was. */
  async function eachLane<Row>(text: string): Promise<Row[]> {
    const rows: Row[] = [];
    for (let lane = 0; lane < LANES; lane++) {
      for (const row of await sql<Row>(text, [lane])) rows.push(row);
    }
    return rows;
  }

  return {
    async hurry() {
      const moved = await sql<{ webhook_id: string }>(
        `with moved as (
  update invocation set due_at = now()
  where due_at > now() and not leased
  returning webhook_id
)
select distinct webhook_id from moved`,
      );
      const ids = moved.map(({ webhook_id }) => webhook_id);
      if (ids.length > 0) await sql('select pg_notify($1, $2)', ['hooktrail_due', ids.join()]);
    },

    async unfinished() {
      const [row] = await sql<{ waiting: number; leased: number }>(
        `select count(*) filter (where due_at is not null) as waiting,
  count(*) filter (where leased) as leased from invocation where due_at is not null or leased`,
      );
      return row ?? { waiting: 0, leased: 0 };
    },

    async ofWebhook(webhookId) {
      const rows = await sql<{ id: string; open: boolean }>(
        `select id, due_at is not null as open from invocation where lane = $1 and webhook_id = $2`,
        [laneOf(webhookId), uuidFromId(webhookId)],
      );
      return { ids: rows.map(({ id }) => id), open: rows.filter(({ open }) => open).length };
    },

    async undelivered(webhookId) {
      const [row] = await sql<{ count: number }>(
        `select count(*) as count from invocation
where lane = $1 and webhook_id = $2 and status <> 'success'`,
        [laneOf(webhookId), uuidFromId(webhookId)],
      );
      return row?.count ?? 0;
    },

    async transactions() {
      const [row] = await sql<{ transactions: number }>(
        `select xact_commit + xact_rollback as transactions
from pg_stat_database where datname = current_database()`,
      );
      return row?.transactions ?? 0;
    },

    async read() {
      const events = await eachLane<{ id: string; tag: string | null }>(
        `select id, substring(body from '"tag":"([^"]+)"') as tag from event where lane = $1`,
      );
      const lost = await eachLane<{ id: string; count: number; history: string }>(
        `select id, lost_count as count, history
from invocation where lane = $1 and lost_count > 0`,
      );
      return {
        invocations: await eachLane<TrailInvocation>(
          `select id, webhook_id as "webhookId", event_id as "eventId", status,
  attempts_count as "attemptsCount", due_at is not null as waits, leased, reason
from invocation where lane = $1`,
        ),
        attempts: await eachLane<TrailAttempt>(
          `select id, invocation_id as "invocationId", number, status, status_code as "statusCode",
  substring(request_headers from '(?i)"x-zendesk-webhook-signature-timestamp","([^"]+)"')
    as "signedAt",
  substring(response_headers from '(?i)"${SERIAL}","(\\d+)"')::integer as serial
from attempt where lane = $1`,
        ),
        lostLeases: new Map(lost.map(({ id, count }) => [id, count])),
        lostAtMs: new Map(lost.map(({ id, history }) => [id, lostTimes(history)])),
        tags: new Map(events.map(({ id, tag }) => [id, tag ?? '(none)'])),
      };
    },
  };
}

/** When leases ended without an outcome, as the timeline of an invocation shows it. */
function lostTimes(history: string): number[] {
  const entries = JSON.parse(`[${history}]`) as { at: string; what: string }[];
  return entries.filter(({ what }) => what === 'lease lost').map(({ at }) => Date.parse(at));
}
