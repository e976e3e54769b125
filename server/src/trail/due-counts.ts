import type { Runner } from '../database/database.ts';
import {
  type CountedWebhook,
  countDueWebhooks,
  countDueWebhooksOfLane,
} from '../sql/count-due-webhooks.ts';

/** A webhook that had something due a moment ago. */
interface DueWebhook {
  readonly webhookId: string;
  readonly lane: number;
  /** When the oldest became due. */
  readonly sinceMs: number;
}

/** What is due of one webhook. */
export interface DueCount {
  readonly webhookId: string;
  readonly due: number;
  readonly sinceMs: number;
  /** There may be more. */
  readonly isCut: boolean;
}

interface Parts {
  readonly database: Runner;
  /** Whether a statement may read one lane only. */
  readonly oneLane: boolean;
  /** The webhooks that had something due when their lane was swept. */
  readonly due: () => readonly DueWebhook[];
}

/** Counts end here: people read "10,000+". */
export const MOST_DUE = 10_000;

/**
 * Webhooks that are counted to the end, those with most first, and those of which 1,000 are counted. Together
 * they read 400,000 index rows at most, some 60 ms of a processor in ten seconds; further ones count as 1.
 */
const COUNTED = 20;
const COUNTED_IN_PART = 180;
const PART = 1_000;

/** Counts what is due, by webhook. It remembers who had much, to count these to the end. */
export class DueCounts {
  readonly #parts: Parts;
  #before: ReadonlyMap<string, number> = new Map();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async read(): Promise<readonly DueCount[]> {
    const { due } = this.#parts;
    const weight = ({ webhookId }: DueWebhook) => this.#before.get(webhookId) ?? 0;
    const all = due().toSorted(
      (one, other) => weight(other) - weight(one) || one.sinceMs - other.sinceMs,
    );
    const counted = all.slice(0, COUNTED + COUNTED_IN_PART).map(({ lane, webhookId }, place) => ({
      lane,
      webhookId,
      most: place < COUNTED ? MOST_DUE : PART,
    }));
    const rows = counted.length === 0 ? [] : await this.#count(counted);
    const mostOf = new Map(counted.map(({ most, webhookId }) => [webhookId, most]));
    this.#before = new Map(rows.map((row) => [row.webhook_id, row.due]));
    return [
      ...rows.map((row) => ({
        webhookId: row.webhook_id,
        due: row.due,
        sinceMs: row.since_ms,
        isCut: row.due === mostOf.get(row.webhook_id),
      })),
      ...all
        .slice(COUNTED + COUNTED_IN_PART)
        .map(({ sinceMs, webhookId }) => ({ webhookId, due: 1, sinceMs, isCut: true })),
    ];
  }

  async #count(webhooks: readonly CountedWebhook[]) {
    const { database, oneLane } = this.#parts;
    if (!oneLane) return database.run(countDueWebhooks, webhooks);
    const rows = [];
    for (const one of new Set(webhooks.map(({ lane }) => lane))) {
      const some = webhooks.filter(({ lane }) => lane === one);
      rows.push(...(await database.run(countDueWebhooksOfLane, some)));
    }
    return rows;
  }
}
