import { LANES } from '@hooktrail/server/lanes';
import type { TrailAttempt, TrailInvocation, TrailRows } from '../books/trail-rows.ts';
import { SERIAL } from './endpoint.ts';
import type { Postgres } from './postgres.ts';

/** The database of the nodes, read and changed by the run itself. */
export interface Trail {
  /** Makes waiting retries due now, as if their time had passed. */
  hurry(): Promise<void>;
  /** How many invocations are due, now or later, and how many are leased. */
  unfinished(): Promise<{ readonly waiting: number; readonly leased: number }>;
  /** How many transactions PostgreSQL has ended so far. */
  transactions(): Promise<number>;
  read(): Promise<TrailRows>;
}

/**
 * Records each time that an invocation becomes `unknown`, since recording the retry overwrites the
 * status. A claim writes the status on a row that was already leased, and changes no attempts; an
 * outcome that arrives too late keeps the status, and adds an attempt.
 */
const NOTE_UNKNOWNS = `
create table torture_unknown (invocation_id uuid not null);
create function torture_note_unknown() returns trigger language plpgsql as $$
begin
  insert into torture_unknown values (new.id);
  return null;
end $$;
create trigger torture_note_unknown after update of status on invocation for each row
when (new.status = 'unknown' and new.attempts_count = old.attempts_count)
execute function torture_note_unknown();`;

/** Opens the trail; call it after the migrations and before anything is published. */
export async function openTrail({ sql }: Postgres): Promise<Trail> {
  await sql(NOTE_UNKNOWNS);

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
      const unknowns = await sql<{ invocation_id: string; times: number }>(
        'select invocation_id, count(*) as times from torture_unknown group by 1',
      );
      return {
        invocations: await eachLane<TrailInvocation>(
          `select id, webhook_id as "webhookId", event_id as "eventId", status,
  attempts_count as "attemptsCount", due_at is not null as waits, leased, reason
from invocation where lane = $1`,
        ),
        attempts: await eachLane<TrailAttempt>(
          `select invocation_id as "invocationId", number, status, status_code as "statusCode",
  substring(request_headers from '(?i)"x-zendesk-webhook-signature-timestamp","([^"]+)"')
    as "signedAt",
  substring(response_headers from '(?i)"${SERIAL}","(\\d+)"')::integer as serial
from attempt where lane = $1`,
        ),
        tags: new Map(events.map(({ id, tag }) => [id, tag ?? '(none)'])),
        unknowns: new Map(unknowns.map(({ invocation_id, times }) => [invocation_id, times])),
      };
    },
  };
}
