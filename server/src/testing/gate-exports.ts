import { eventually } from '@hooktrail/harness/eventually';
import { sql } from './test-node.ts';

/** Holds exports up in the transaction that records their rows. */
export interface ExportGate {
  /** Lets exports record so many rows each, and no more. */
  set(rows: number): Promise<void>;
  /** Lets them go on. */
  open(): Promise<void>;
  /** Resolves when one is held up: its rows are in its file, and not recorded. */
  held(): Promise<void>;
}

/** Adds a gate for exports to a database. */
export async function gateExports(databaseUrl: string): Promise<ExportGate> {
  await sql(
    databaseUrl,
    `create table export_gate as select ${Number.MAX_SAFE_INTEGER} as rows;
create function wait_at_export_gate() returns trigger language plpgsql as $$
begin
  while new.rows + (
    select coalesce(sum(rows), 0) from job_file where job_id = new.job_id and number < new.number
  ) > (select rows from export_gate) loop
    perform pg_sleep(0.02);
  end loop;
  return new;
end $$;
create trigger wait_at_export_gate before insert or update on job_file
  for each row when (new.expires_at is null) execute function wait_at_export_gate()`,
  );
  const set = async (rows: number) => {
    await sql(databaseUrl, 'update export_gate set rows = $1', [rows]);
  };
  return {
    set,
    open: () => set(Number.MAX_SAFE_INTEGER),
    held: () =>
      eventually('an export at the gate', async () => {
        const waiting = await sql(
          databaseUrl,
          `select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`,
        );
        return waiting.length > 0 || undefined;
      }).then(() => undefined),
  };
}
