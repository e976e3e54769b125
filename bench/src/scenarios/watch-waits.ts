import type { Trail } from '../stage/open-trail.ts';

/** What PostgreSQL's processes waited for. */
export interface Waits {
  readonly looks: number;
  /** Waits for a lock that were seen, by its kind: rows, transactions, tables and so on. */
  readonly locks: ReadonlyMap<string, number>;
  /** Waits for PostgreSQL's internal lightweight locks that were seen. */
  readonly short: number;
}

/** A look costs PostgreSQL a millisecond: 2 % of a core. */
const LOOK_MS = 50;

/**
 * Samples the waiting processes until the returned function is called. PostgreSQL itself does not
 * count waits for locks.
 */
export function watchWaits(trail: Trail): () => Promise<Waits> {
  const locks = new Map<string, number>();
  let looks = 0;
  let short = 0;
  let looking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(async () => {
      looks++;
      for (const { kind, event, count } of await trail.sql<{
        kind: string;
        event: string;
        count: number;
      }>(`select wait_event_type as kind, wait_event as event, count(*) as count
from pg_stat_activity
where wait_event_type in ('Lock', 'LWLock') and datname = current_database()
group by wait_event_type, wait_event`)) {
        if (kind === 'Lock') locks.set(event, (locks.get(event) ?? 0) + count);
        else short += count;
      }
    });
    // The returned function awaits it, and rejects.
    looking.catch(() => undefined);
  }, LOOK_MS);
  return async () => {
    clearInterval(timer);
    await looking;
    return { looks, locks, short };
  };
}
