import type { Database, Runner } from '../database/database.ts';
import { laneOf } from '../model/lanes.ts';
import type { RateLimit } from '../model/rules.ts';
import { lockRateWindow } from '../sql/lock-rate-window.ts';
import { writeRateWindow } from '../sql/write-rate-window.ts';
import { type Permits, returnPermits, takePermits } from './rate-window.ts';

/** The result of taking permits. */
export interface Taken {
  readonly granted: number;
  /** Milliseconds until the next permit is free; 0 if one is left. */
  readonly nextInMs: number;
}

/**
 * Enforces rate limits over all nodes: the permits of a webhook are one row, locked by the node
 * that takes some. Only webhooks with a limit pay for it.
 */
export class RateLimiter {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async take(webhookId: string, limit: RateLimit, wanted: number): Promise<Taken> {
    return this.#database.transaction(async (runner) => {
      const locked = await this.#lock(runner, webhookId);
      // Deleted: what is held back meanwhile ends as soon as this node knows.
      if (locked === undefined) return { granted: 0, nextInMs: 0 };
      const { permits, nowMs } = locked;
      const grant = takePermits(permits, limit, nowMs, wanted);
      // Even if none was granted: permits shortened by a shorter span must be stored.
      if (JSON.stringify(grant.permits) !== JSON.stringify(permits)) {
        await this.#write(runner, webhookId, grant.permits);
      }
      return { granted: grant.granted, nextInMs: Math.max(0, grant.nextAtMs - nowMs) };
    });
  }

  async giveBack(webhookId: string, unused: number): Promise<void> {
    await this.#database.transaction(async (runner) => {
      const locked = await this.#lock(runner, webhookId);
      if (locked === undefined) return;
      await this.#write(runner, webhookId, returnPermits(locked.permits, unused));
    });
  }

  /** Undefined if the webhook was deleted. */
  async #lock(
    runner: Runner,
    webhookId: string,
  ): Promise<{ permits: Permits; nowMs: number } | undefined> {
    const [row] = await runner.run(lockRateWindow, { lane: laneOf(webhookId), webhookId });
    return row && { permits: JSON.parse(row.permits) as Permits, nowMs: row.now_ms };
  }

  async #write(runner: Runner, webhookId: string, permits: Permits): Promise<void> {
    await runner.run(writeRateWindow, {
      lane: laneOf(webhookId),
      webhookId,
      permits: JSON.stringify(permits),
    });
  }
}
