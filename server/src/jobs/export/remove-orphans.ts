import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import { logFailure } from '../../log/log-failure.ts';
import { readKeptExports } from '../../sql/read-kept-exports.ts';
import type { ExportPlace } from '../places/export-place.ts';
import { FILES_KEPT_MS } from './export-spec.ts';

interface Parts {
  readonly database: Database;
  readonly place: ExportPlace;
  readonly log: Logger;
}

const JOBS_AT_ONCE = 1_000;

/**
 * Removes what the place has of exports that no job needs: nodes were killed while they deleted, or wrote
 * on after another had taken over. What was written within the time that files are kept stays: a node that was
 * started with another database by mistake finds none of the jobs in its own.
 *
 * @param folder the id of the place
 */
export async function removeOrphans(
  { database, log, place }: Parts,
  folder: string,
  isStopped: () => boolean,
): Promise<void> {
  // Jobs are read after the names: each job is in the database before the place has anything of it.
  const jobIds = await place.jobIds();
  for (let from = 0; from < jobIds.length && !isStopped(); from += JOBS_AT_ONCE) {
    const some = jobIds.slice(from, from + JOBS_AT_ONCE);
    const kept = await database.run(readKeptExports, { jobIds: some, folder });
    const keptIds = new Set(kept.map(({ id }) => id));
    for (const jobId of some) {
      if (keptIds.has(jobId) || isStopped()) continue;
      try {
        // Undefined: another node was faster.
        const writtenMs = (await place.writtenMs(jobId)) ?? Number.POSITIVE_INFINITY;
        if (Date.now() - writtenMs > FILES_KEPT_MS) await place.remove(jobId);
      } catch (error) {
        if (isStopped()) return;
        logFailure(log, error, `could not delete the files of export ${jobId}, which no job needs`);
      }
    }
  }
}
