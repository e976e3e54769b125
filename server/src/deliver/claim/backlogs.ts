import { LANES } from '../../model/lanes.ts';
import { MINUTE_MS } from '../../model/time-units.ts';

/** Due invocations of a webhook that wait. */
export interface Backlog {
  /** When the oldest of them became due, in milliseconds since 1970. */
  readonly sinceMs: number;
  /** Whether the oldest waits longer than at the sweep before. */
  readonly growing: boolean;
}

interface Swept extends Backlog {
  readonly sweptMs: number;
}

/** A webhook that had something due at the last sweep of its lane. */
export interface DueWebhook {
  readonly webhookId: string;
  readonly lane: number;
  /** When the oldest became due, in milliseconds since 1970. */
  readonly sinceMs: number;
}

/** What waits less is about to be sent. */
const LEAST_MS = MINUTE_MS;

/**
 * Which webhooks have due invocations that wait, as the last sweep of their lane found them: at most 32 s
 * ago, and without a statement of its own. It holds an entry for each webhook that waits, of all accounts.
 */
export class Backlogs {
  readonly #byLane: ReadonlyMap<string, Swept>[] = Array.from({ length: LANES }, () => new Map());
  /** Also those whose work is about to be sent. */
  readonly #dueByLane: readonly DueWebhook[][] = Array.from({ length: LANES }, () => []);
  readonly #sweptLanes = new Set<number>();
  #sweptMs = Number.NaN;

  /** What a sweep found: when the oldest due invocation of each webhook became due. */
  swept(
    lane: number,
    due: readonly { readonly webhookId: string; readonly sinceMs: number }[],
    nowMs: number,
  ): void {
    this.#sweptMs = performance.now();
    this.#sweptLanes.add(lane);
    const all = this.#dueByLane[lane] as DueWebhook[];
    all.length = 0;
    const before = this.#byLane[lane];
    const found = new Map<string, Swept>();
    for (const { sinceMs, webhookId } of due) {
      if (sinceMs <= nowMs) all.push({ webhookId, lane, sinceMs });
      if (nowMs - sinceMs < LEAST_MS) continue;
      const known = before?.get(webhookId);
      const growing = known !== undefined && nowMs - sinceMs > known.sweptMs - known.sinceMs;
      found.set(webhookId, { sinceMs, growing, sweptMs: nowMs });
    }
    this.#byLane[lane] = found;
  }

  /** When the last sweep ended, by the monotonic clock; NaN before the first. */
  get sweptMs(): number {
    return this.#sweptMs;
  }

  /** Whether every lane was swept once. */
  get isWhole(): boolean {
    return this.#sweptLanes.size === LANES;
  }

  /** All webhooks that had something due. */
  due(): readonly DueWebhook[] {
    return this.#dueByLane.flat();
  }

  /** Undefined: nothing of this webhook waits longer than a minute. */
  of(webhookId: string, lane: number): Backlog | undefined {
    return this.#byLane[lane]?.get(webhookId);
  }
}
