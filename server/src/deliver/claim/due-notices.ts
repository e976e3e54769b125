import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import { notify } from '../../sql/notify.ts';

/** At most one per interval: every notification takes a database-wide lock at its commit. */
const INTERVAL_MS = 50;

/** A payload must be shorter than 8,000 bytes; an id and a comma are 27. */
const IDS_PER_NOTICE = 250;

/**
 * Notifies other nodes of webhooks with due work that this node had no room for. A lost
 * notification costs only time: the sweep finds the work.
 */
export class DueNotices {
  readonly #database: Database;
  readonly #log: Logger;
  readonly #webhookIds = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();

  constructor({ database, log }: { database: Database; log: Logger }) {
    this.#database = database;
    this.#log = log;
  }

  add(webhookIds: Iterable<string>): void {
    for (const id of webhookIds) this.#webhookIds.add(id);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#sending = this.#send().catch((error: unknown) => {
        this.#log.warn({ err: error }, 'could not notify other nodes of due work');
      });
    }, INTERVAL_MS);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#sending;
  }

  async #send(): Promise<void> {
    const ids = [...this.#webhookIds];
    this.#webhookIds.clear();
    for (let from = 0; from < ids.length; from += IDS_PER_NOTICE) {
      const payload = ids.slice(from, from + IDS_PER_NOTICE).join(',');
      await this.#database.run(notify, { channel: 'hooktrail_due', payload });
    }
  }
}
