import type { Trail } from '../stage/open-trail.ts';

/** What PostgreSQL's processes were seen waiting for. */
export interface Waits {
  readonly looks: number;
  /** Seen waiting for a lock, by its kind: rows, transactions, tables and the like. */
  readonly locks: ReadonlyMap<string, number>;
  /** Seen waiting for one of the short locks inside PostgreSQL. */
  readonly short: number;
}

/** A look takes PostgreSQL a millisecond: 2 % of a core. */
const LOOK_MS = 50;

/**
 * Looks at the waiting processes again and again; the function that is returned ends it. PostgreSQL
 * counts no waits for locks itself.
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
    // Told by the function that is returned, which awaits it.
    looking.catch(() => undefined);
  }, LOOK_MS);
  return async () => {
    clearInterval(timer);
    await looking;
    return { looks, locks, short };
  };
}
