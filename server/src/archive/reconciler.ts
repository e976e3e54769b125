import { logFailure } from '../log/log-failure.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../model/time-units.ts';
import { planReconcile } from '../sql/make-reconcile-due.ts';
import {
  type ReconciledWebhookRow,
  readReconciledWebhooks,
} from '../sql/read-reconciled-webhooks.ts';
import { endReconcile, putOffReconcile, takeReconcileDue } from '../sql/take-reconcile-due.ts';
import { tryLock } from '../sql/try-lock.ts';
import type { ArchiveParts } from './archive-parts.ts';
import { type ReconcileGroup, reconcileHour } from './reconcile/reconcile-hour.ts';

const LOOK_MS = 30 * SECOND_MS;

/** The advisory lock of comparisons ("rec"). */
const COMPARISONS = 0x726563;

/**
 * What is younger is not compared: an attempt takes up to 12 s, a retry seconds more, and a row is listed up to ten
 * minutes after it finished.
 */
export const RECONCILE_LAG_MS = 10 * MINUTE_MS;

/**
 * Hours that began earlier stay as they are: an inbox keeps ids for seven days, and some of the hour could be gone.
 */
export const RECONCILE_KEPT_MS = 7 * DAY_MS - HOUR_MS;

/** An hour is compared again this often, by its age: a resend arrives days later. */
const AGAIN_MS: readonly (readonly [age: number, again: number])[] = [
  [2 * HOUR_MS, 2 * MINUTE_MS],
  [DAY_MS, HOUR_MS],
  [Number.POSITIVE_INFINITY, DAY_MS],
];

/** And so that comparisons of one hour take at most this share of the time, however often its log grows. */
const SHARE = 1 / 20;

/** An hour that could not be compared waits for so long: it is the first one that is due, and would hold up all others. */
const FAILED_REST_MS = 10 * MINUTE_MS;

/** Another node compares at the moment. */
class Elsewhere extends Error {}

/**
 * Compares what sources list with what arrived at their inboxes, hour by hour, one node at a time. The numbers
 * are in tables, so asking for them costs as much as the answer is long.
 */
export class Reconciler {
  readonly #parts: Pick<ArchiveParts, 'clock' | 'database' | 'log'>;
  readonly #elapsedMs: () => number;
  /** Until when an hour is not compared again, by its name: pages of its log make it due all the time, or it failed. */
  readonly #rests = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  /** `elapsedMs` is what comparisons are measured with. */
  constructor(
    parts: Pick<ArchiveParts, 'clock' | 'database' | 'log'>,
    elapsedMs = () => performance.now(),
  ) {
    this.#parts = parts;
    this.#elapsedMs = elapsedMs;
  }

  start(): void {
    this.#timer = setInterval(() => this.#wake(), LOOK_MS);
    this.#wake();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Compares all hours that are due. */
  async look(): Promise<void> {
    const { clock, database } = this.#parts;
    const groups = groupsOf(await database.run(readReconciledWebhooks, undefined), clock.now());
    if (groups.size === 0) return;
    const hours = [...groups.values()].flatMap((group) => hoursOf(group, clock.now()));
    if (hours.length > 0) await database.run(planReconcile, { hours, dueAtMs: clock.now() });
    while (!this.#stopped && (await this.#compareOne(groups))) {
      // The next one.
    }
  }

  #wake(): void {
    if (this.#stopped || this.#running !== undefined) return;
    this.#running = this.look()
      .catch((error: unknown) => {
        if (error instanceof Elsewhere) return;
        logFailure(this.#parts.log, error, 'could not compare what arrived with what is listed');
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Whether there was one. @throws Elsewhere */
  #compareOne(groups: ReadonlyMap<string, Group>): Promise<boolean> {
    const { clock, database } = this.#parts;
    return database.transaction(async (runner) => {
      const [lock] = await runner.run(tryLock, COMPARISONS);
      if (lock?.locked !== true) throw new Elsewhere();
      const startedMs = clock.now();
      const [due] = await runner.run(takeReconcileDue, startedMs);
      if (due === undefined) return false;
      const hourMs = due.hour_at.getTime();
      const one = { sourceId: due.source_id, inboxId: due.inbox_id, hourMs };
      const group = groups.get(nameOf(one));
      const endMs = hourMs + RECONCILE_KEPT_MS;
      if (group === undefined || startedMs >= endMs) {
        await runner.run(endReconcile, one);
        return true;
      }
      // Once more shortly before the end, after a day of rest.
      const lastMs = endMs - MINUTE_MS;
      const name = `${nameOf(one)} ${hourMs}`;
      const restsUntilMs = Math.min(this.#rests.get(name) ?? 0, lastMs);
      if (startedMs < restsUntilMs) {
        await runner.run(putOffReconcile, { ...one, dueAtMs: restsUntilMs });
        return true;
      }
      const beganMs = this.#elapsedMs();
      try {
        await reconcileHour(runner, group, hourMs);
      } catch (error) {
        this.#rest(name, startedMs, FAILED_REST_MS);
        throw error;
      }
      const restMs = (this.#elapsedMs() - beganMs) / SHARE;
      this.#rest(name, startedMs, restMs);
      const againMs = Math.max(restMs, againAfter(startedMs - hourMs - HOUR_MS));
      const dueAtMs = startedMs + againMs;
      await runner.run(putOffReconcile, {
        ...one,
        dueAtMs: startedMs < lastMs ? Math.min(dueAtMs, lastMs) : endMs,
      });
      return true;
    });
  }

  #rest(name: string, nowMs: number, restMs: number): void {
    for (const [rested, untilMs] of this.#rests) {
      if (untilMs <= nowMs) this.#rests.delete(rested);
    }
    this.#rests.set(name, nowMs + restMs);
  }
}

interface Group extends ReconcileGroup {
  /** What was created until then is compared; infinite where all is. */
  readonly reconciledMs: number;
}

function againAfter(ageMs: number): number {
  return (AGAIN_MS.find(([age]) => ageMs < age) as (typeof AGAIN_MS)[number])[1];
}

const nameOf = ({ inboxId, sourceId }: { readonly inboxId: string; readonly sourceId: string }) =>
  `${sourceId} ${inboxId}`;

function groupsOf(rows: readonly ReconciledWebhookRow[], nowMs: number): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const { account_id: accountId, inbox_id: inboxId, source_id: sourceId } = row;
    const untilMs = nowMs + (row.clock_off_ms ?? 0) - RECONCILE_LAG_MS;
    const webhook = {
      id: row.id,
      remoteId: row.remote_id,
      sinceMs: row.inbox_since_at.getTime(),
      untilMs: Math.min(row.inbox_seen_at.getTime(), untilMs),
    };
    const reconciledMs = row.reconciled_at.getTime();
    const name = nameOf({ inboxId, sourceId });
    const group = groups.get(name);
    groups.set(name, {
      accountId,
      inboxId,
      sourceId,
      webhooks: [...(group?.webhooks ?? []), webhook],
      reconciledMs: Math.min(
        group?.reconciledMs ?? Number.POSITIVE_INFINITY,
        reconciledMs < webhook.untilMs ? reconciledMs : Number.POSITIVE_INFINITY,
      ),
    });
  }
  return groups;
}

/** The hours of a group that are not compared to their ends: a week of them at most. */
function hoursOf({ inboxId, reconciledMs, sourceId, webhooks }: Group, nowMs: number) {
  const untilMs = Math.max(...webhooks.map((webhook) => webhook.untilMs));
  const firstMs = Math.max(reconciledMs, nowMs - RECONCILE_KEPT_MS + HOUR_MS);
  const hours: { sourceId: string; inboxId: string; hourMs: number }[] = [];
  for (let hourMs = Math.floor(firstMs / HOUR_MS) * HOUR_MS; hourMs < untilMs; hourMs += HOUR_MS) {
    hours.push({ sourceId, inboxId, hourMs });
  }
  return hours;
}
