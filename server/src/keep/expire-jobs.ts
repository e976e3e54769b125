import type { Database } from '../database/database.ts';
import type { Query } from '../database/query.ts';
import { DAY_MS } from '../model/time-units.ts';
import { deleteEraseItems } from '../sql/delete-erase-items.ts';
import {
  deleteJob,
  deleteJobItems,
  deleteSettledItems,
  markCleared,
  readClearableJobs,
  readOldJobs,
} from '../sql/delete-old-jobs.ts';

interface Keep {
  /** How long invocations are kept: until then, an item finds what its job sent. */
  readonly invocationMs: number;
  readonly isStopped: () => boolean;
}

/** People look up last quarter's outage. */
const LEAST_JOB_MS = 90 * DAY_MS;

const JOBS_AT_ONCE = 100;

const ITEMS_AT_ONCE = 5_000;

const BELOW_ALL = '0'.repeat(26);

type Deletion = typeof deleteJobItems;

/**
 * Deletes jobs 90 days after they ended, but not before the copies that they made: an erasure finds them by
 * its jobs. And before that the items whose invocations are gone, except those
 * with a reason why they were not sent.
 */
export async function expireJobs(
  database: Database,
  { invocationMs, isStopped }: Keep,
): Promise<void> {
  const clearMs = invocationMs + DAY_MS;
  const jobMs = Math.max(LEAST_JOB_MS, clearMs);
  await each(readOldJobs, jobMs, deleteJobItems, deleteJob);
  await each(readClearableJobs, clearMs, deleteSettledItems, markCleared);

  async function each(
    read: typeof readOldJobs,
    keepMs: number,
    deletion: Deletion,
    finish: Query<string, never>,
  ): Promise<void> {
    for (let more = true; more && !isStopped(); ) {
      const jobs = await database.run(read, { keepMs, limit: JOBS_AT_ONCE });
      more = jobs.length === JOBS_AT_ONCE;
      for (const { id } of jobs) {
        await deleteItems(id, deletion);
        if (read === readOldJobs) await deleteErased(id);
        if (isStopped()) return;
        await database.run(finish, id);
      }
    }
  }

  async function deleteErased(jobId: string): Promise<void> {
    for (let deleted = ITEMS_AT_ONCE; deleted === ITEMS_AT_ONCE && !isStopped(); ) {
      deleted = (await database.run(deleteEraseItems, { jobId, limit: ITEMS_AT_ONCE })).length;
    }
  }

  async function deleteItems(jobId: string, deletion: Deletion): Promise<void> {
    let after = BELOW_ALL;
    for (let deleted = ITEMS_AT_ONCE; deleted === ITEMS_AT_ONCE && !isStopped(); ) {
      const rows = await database.run(deletion, { jobId, after, limit: ITEMS_AT_ONCE });
      deleted = rows.length;
      // What it keeps is not read again.
      for (const { invocation_id: id } of rows) if (id > after) after = id;
    }
  }
}
