import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import { logFailure } from '../../log/log-failure.ts';
import { HOUR_MS, MINUTE_MS } from '../../model/time-units.ts';
import { deleteJobFiles } from '../../sql/delete-job-files.ts';
import { expireEndedFiles } from '../../sql/expire-ended-files.ts';
import { readExpiredFiles } from '../../sql/read-expired-files.ts';
import type { ExportPlace } from '../places/export-place.ts';
import { removeOrphans } from './remove-orphans.ts';

interface Parts {
  readonly database: Database;
  readonly log: Logger;
  readonly place: ExportPlace;
}

/** One small statement, where exports have a place. */
const LOOK_MS = MINUTE_MS;

const JOBS_AT_ONCE = 1_000;

const BELOW_ALL = '0'.repeat(26);

/** Deletes the files of exports that have expired, and each hour what no job needs. */
export class ExportJanitor {
  readonly #parts: Parts;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  /** When exports without a job are looked for: each hour, and at the start. */
  #orphansAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), LOOK_MS);
    this.wake();
  }

  /** Looks now: people have deleted files. */
  wake(): void {
    if (this.#timer === undefined || this.#stopped) return;
    if (this.#sweeping !== undefined) {
      this.#again = true;
      return;
    }
    this.#sweeping = this.#sweep()
      .catch((error: unknown) => {
        if (this.#stopped) return;
        logFailure(this.#parts.log, error, 'could not delete expired files of exports');
      })
      .finally(() => {
        this.#sweeping = undefined;
        if (!this.#again) return;
        this.#again = false;
        this.wake();
      });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#sweeping;
  }

  async #sweep(): Promise<void> {
    const { database, place } = this.#parts;
    const folder = await place.readMark();
    if (folder === undefined) return;
    const isHour = performance.now() >= this.#orphansAtMs;
    if (isHour) await database.run(expireEndedFiles, JOBS_AT_ONCE);
    await this.#deleteExpired(folder);
    if (!isHour) return;
    await removeOrphans(this.#parts, folder, () => this.#stopped);
    this.#orphansAtMs = performance.now() + HOUR_MS;
  }

  async #deleteExpired(folder: string): Promise<void> {
    const { database, log, place } = this.#parts;
    let after = BELOW_ALL;
    for (let more = true; more && !this.#stopped; ) {
      const expired = await database.run(readExpiredFiles, { folder, after, limit: JOBS_AT_ONCE });
      more = expired.length === JOBS_AT_ONCE;
      for (const { job_id: jobId } of expired) {
        after = jobId;
        const failure = await place.remove(jobId).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (failure !== undefined && this.#stopped) return;
        // One that cannot be deleted holds up no other.
        if (failure === undefined) await database.run(deleteJobFiles, { jobId, from: 0 });
        else logFailure(log, failure, `could not delete the files of export ${jobId}`);
      }
    }
  }
}
