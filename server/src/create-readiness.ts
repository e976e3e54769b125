import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from './database/database.ts';
import { readClock } from './sql/read-clock.ts';

interface Parts {
  readonly database: Database;
  readonly isStopping: () => boolean;
}

/** A database that takes longer to tell the time is not ready for work. */
const TIME_LIMIT_MS = 2_000;

/** Makes the check behind `/readyz`: it resolves to why the node is not ready, or to undefined. */
export function createReadiness({
  database,
  isStopping,
}: Parts): () => Promise<string | undefined> {
  return () => {
    if (isStopping()) return Promise.resolve('this node is stopping');
    const failure = database.run(readClock, undefined).then(
      () => undefined,
      (error: Error) => error.message,
    );
    const timeout = sleep(TIME_LIMIT_MS, 'the database does not answer', { ref: false });
    return Promise.race([failure, timeout]);
  };
}
