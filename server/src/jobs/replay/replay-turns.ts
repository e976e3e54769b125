import type { Database } from '../../database/database.ts';
import type { Directory } from '../../directory/directory.ts';
import type { Clock } from '../../model/clock.ts';
import { historyEntry } from '../../model/history-entry.ts';
import { newId } from '../../model/ids.ts';
import { laneOf } from '../../model/lanes.ts';
import { insertJobInvocations } from '../../sql/insert-job-invocations.ts';
import { readEvents } from '../../sql/read-events.ts';
import { type JobItemRow, readPendingNewest, readPendingOldest } from '../../sql/read-job-items.ts';
import { readJobWebhooks } from '../../sql/read-job-webhooks.ts';
import { type ReplayableRow, readReplayable } from '../../sql/read-replayable.ts';
import { replayInvocations } from '../../sql/replay-invocations.ts';
import { type SettledItem, settleJobItems } from '../../sql/settle-job-items.ts';
import type { HeldJob } from '../held/held-job.ts';
import { MOST_WEBHOOKS } from './list-selection.ts';
import { ReplayPace } from './replay-pace.ts';
import { type ReplayProgress, withSkips } from './replay-progress.ts';
import type { ReplaySpec } from './replay-spec.ts';
import { type InFlight, MOST_IN_FLIGHT } from './settle-items.ts';
import type { SkipReason } from './skip-reason.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
  readonly directory: Directory;
  readonly heldBy: (webhookId: string) => string | undefined;
  readonly lookAfter: (webhookIds: readonly string[]) => void;
}

/** Invocations of one webhook in one transaction: 200 are made due in some 10 ms. */
const PAGE = 200;

/** Skips of one webhook in one transaction. */
const SKIPPED_PAGE = 1_000;

/** Webhooks of one turn: the rest has the next one, so a job of 10,000 still renews its lease. */
const WEBHOOKS_A_TURN = 50;

/** A slow endpoint has as many in flight as it gets in this time; then its webhook waits for outcomes. */
const IN_FLIGHT_S = 10;
const LEAST_IN_FLIGHT = 20;

/** What a job does with a webhook now. */
type Plan = { readonly send: number } | { readonly skip: SkipReason };

/** The turns of a replay: in each, some webhooks get what their rate allows. */
export class ReplayTurns {
  readonly #parts: Parts;
  readonly #job: HeldJob;
  readonly #pace = new ReplayPace();
  /** The webhooks that have items left, in the order of their turns. */
  #waiting: string[] = [];
  #paced = false;

  constructor(parts: Parts, job: HeldJob) {
    this.#parts = parts;
    this.#job = job;
  }

  /** Reads which webhooks have items left. */
  async open(): Promise<void> {
    const request = { jobId: this.#job.id, limit: MOST_WEBHOOKS };
    const rows = await this.#parts.database.run(readJobWebhooks, request);
    this.#waiting = rows
      .filter(({ selected, sent, skipped }) => selected > sent + skipped)
      .map(({ webhook_id: id }) => id);
  }

  /** Whether a further turn may send something at once: it is only the rate that it waits for. */
  get mayContinue(): boolean {
    return this.#paced;
  }

  /** Sends what may be sent now. Resolves to what is in flight then. */
  async take(before: InFlight): Promise<InFlight> {
    const inFlight = new Map(before);
    // An attempt that did not count is made again.
    if (this.#waiting.length === 0 && this.#left() > 0) await this.open();
    this.#paced = false;
    const turn = this.#waiting.splice(0, WEBHOOKS_A_TURN);
    for (const [index, webhookId] of turn.entries()) {
      if (this.#job.signal.aborted) {
        this.#waiting.push(...turn.slice(index));
        break;
      }
      const isLeft = await this.#serve(webhookId, inFlight);
      if (isLeft) this.#waiting.push(webhookId);
    }
    return inFlight;
  }

  #left(): number {
    const { selected, sent, skipped } = this.#job.row.progress as ReplayProgress;
    return selected - sent - Object.values(skipped).reduce((sum, count) => sum + count, 0);
  }

  /** Whether the webhook has items left. */
  async #serve(webhookId: string, inFlight: Map<string, number>): Promise<boolean> {
    const { database } = this.#parts;
    const job = this.#job;
    const plan = this.#plan(webhookId, inFlight);
    const isSkip = 'skip' in plan;
    const limit = isSkip ? SKIPPED_PAGE : plan.send;
    if (limit <= 0) return true;
    const spec = job.row.spec as ReplaySpec;
    const read = spec.order === 'newest' ? readPendingNewest : readPendingOldest;
    const items = await database.run(read, { jobId: job.id, webhookId, limit });
    if (items.length === 0) return false;
    if (isSkip) await this.#skip(webhookId, items, plan.skip);
    else await this.#send(webhookId, items, inFlight);
    return true;
  }

  #plan(webhookId: string, inFlight: ReadonlyMap<string, number>): Plan {
    const { directory, heldBy } = this.#parts;
    const spec = this.#job.row.spec as ReplaySpec;
    const progress = this.#job.row.progress as ReplayProgress;
    const targetId = spec.target_webhook_id;
    const receiver = directory.webhook(targetId ?? webhookId);
    if (receiver === undefined || receiver.accountId !== this.#job.accountId) {
      return { skip: targetId === null ? 'webhook deleted' : 'target deleted' };
    }
    if (receiver.status !== 'active') {
      return { skip: targetId === null ? 'webhook inactive' : 'target inactive' };
    }
    const total = [...inFlight.values()].reduce((sum, count) => sum + count, 0);
    const own = targetId === null ? (inFlight.get(webhookId) ?? 0) : total;
    const held = heldBy(receiver.id);
    // An open breaker needs something to probe with: it gets one, which waits for its turn as any other.
    if (held === 'breaker')
      return { send: own === 0 ? Math.min(1, canaryRoom(spec, progress)) : 0 };
    if (held !== undefined) return { send: 0 };
    const room = Math.max(LEAST_IN_FLIGHT, spec.rate * IN_FLIGHT_S) - own;
    const most = Math.min(PAGE, room, MOST_IN_FLIGHT - total, canaryRoom(spec, progress));
    if (most <= 0) return { send: 0 };
    this.#paced = true;
    return { send: Math.min(most, this.#pace.allowance(receiver.id, spec.rate)) };
  }

  async #skip(webhookId: string, items: readonly JobItemRow[], reason: SkipReason): Promise<void> {
    const job = this.#job;
    const progress = job.row.progress as ReplayProgress;
    const skipped = withSkips(
      progress,
      items.map(() => reason),
    );
    await job.move({ progress: { ...progress, skipped } }, async (runner) => {
      const settled = items.map((item) => settledAs(webhookId, item, 'skipped', reason));
      await runner.run(settleJobItems, { jobId: job.id, items: settled });
    });
  }

  /** A page of invocations becomes due, and the job moves, in one transaction. */
  async #send(
    webhookId: string,
    items: readonly JobItemRow[],
    inFlight: Map<string, number>,
  ): Promise<void> {
    const { clock, directory, lookAfter } = this.#parts;
    const job = this.#job;
    const spec = job.row.spec as ReplaySpec;
    const receiverId = spec.target_webhook_id ?? webhookId;
    const version = directory.version(job.accountId);
    const { reasons, rows } = await this.#check(webhookId, items);
    const sendable = items.filter(({ invocation_id: id }) => !reasons.has(id));
    const requested = `requested by ${job.requestedBy}`;
    const copies = new Map<string, string>();
    let sent = 0;
    await job.moveBy(async (runner) => {
      const request = { accountId: job.accountId, version, jobId: job.id };
      const lane = laneOf(receiverId);
      const taken = new Set<string>();
      if (sendable.length > 0 && spec.target_webhook_id === null) {
        const replayed = await runner.run(replayInvocations, {
          ...request,
          lane,
          webhookId,
          items: sendable.map((item) => ({
            id: item.invocation_id,
            attemptsCount: item.attempts_count,
          })),
          entry: historyEntry(clock.now(), 'replayed', `by job ${job.id}, ${requested}`),
        });
        for (const { id } of replayed) taken.add(id);
      } else if (sendable.length > 0) {
        const made = sendable.map((item) => {
          const id = newId(clock.now());
          copies.set(item.invocation_id, id);
          const origin = rows.get(item.invocation_id) as ReplayableRow;
          const why = `by job ${job.id}, as a copy of invocation ${origin.id} of webhook ${webhookId}, ${requested}`;
          return {
            id,
            eventId: origin.event_id,
            eventType: origin.event_type,
            entry: historyEntry(clock.now(), 'replayed', why),
          };
        });
        const inserted = await runner.run(insertJobInvocations, {
          ...request,
          lane,
          webhookId: receiverId,
          items: made,
        });
        if (inserted.length > 0) {
          for (const { invocation_id: id } of sendable) taken.add(id);
        }
      }
      // Nothing of a page is taken when the account has changed since: the next turn decides again.
      const isStale = sendable.length > 0 && taken.size === 0 && (await this.#isStale(version));
      const settled: SettledItem[] = [];
      for (const item of items) {
        const { invocation_id: id } = item;
        const reason = reasons.get(id) ?? (taken.has(id) || isStale ? undefined : 'changed since');
        if (reason !== undefined) settled.push(settledAs(webhookId, item, 'skipped', reason));
        else if (taken.has(id)) {
          settled.push({
            ...settledAs(webhookId, item, 'sent', null),
            targetId: copies.get(id) ?? null,
          });
        }
      }
      if (settled.length > 0) await runner.run(settleJobItems, { jobId: job.id, items: settled });
      sent = taken.size;
      return { progress: progressAfter(job, settled, sent) };
    });
    if (sent === 0) return;
    this.#pace.take(receiverId, sent);
    inFlight.set(webhookId, (inFlight.get(webhookId) ?? 0) + sent);
    lookAfter([receiverId]);
  }

  async #isStale(version: number): Promise<boolean> {
    const { directory } = this.#parts;
    await directory.refreshAccount(this.#job.accountId);
    return directory.version(this.#job.accountId) !== version;
  }

  /** What of a page cannot be sent, and why. */
  async #check(webhookId: string, items: readonly JobItemRow[]) {
    const { database } = this.#parts;
    const { accountId, row } = this.#job;
    const spec = row.spec as ReplaySpec;
    const ids = items.map(({ invocation_id: id }) => id);
    const found = await database.run(readReplayable, { lane: laneOf(webhookId), webhookId, ids });
    const rows = new Map(found.map((one) => [one.id, one]));
    const events = [...new Set(found.map(({ event_id: id }) => id))].map((id) => ({
      accountId,
      id,
    }));
    const kept = new Set(
      events.length === 0
        ? []
        : (await database.run(readEvents, { events, maxBytes: 0 })).map(({ id }) => id),
    );
    const reasons = new Map<string, SkipReason>();
    for (const item of items) {
      const { invocation_id: id } = item;
      const one = rows.get(id);
      if (one === undefined) reasons.set(id, 'invocation gone');
      else if (!kept.has(one.event_id)) reasons.set(id, 'body gone');
      else if (one.delivered && !spec.include_succeeded) reasons.set(id, 'delivered');
      else if (one.attempts_count !== item.attempts_count) reasons.set(id, 'changed since');
    }
    return { reasons, rows };
  }
}

function settledAs(
  webhookId: string,
  item: JobItemRow,
  to: SettledItem['to'],
  reason: SkipReason | null,
): SettledItem {
  return {
    webhookId,
    invocationId: item.invocation_id,
    from: 'pending',
    to,
    reason,
    attemptsCount: item.attempts_count,
    targetId: null,
  };
}

/** How much the canary may still send; without one, or after it has passed, everything. */
function canaryRoom({ canary: asked }: ReplaySpec, { canary }: ReplayProgress): number {
  if (asked === null || canary?.passed === true) return Number.POSITIVE_INFINITY;
  return asked.count - (canary?.sent ?? 0);
}

function progressAfter(
  job: HeldJob,
  settled: readonly SettledItem[],
  sent: number,
): ReplayProgress {
  const progress = job.row.progress as ReplayProgress;
  const { canary: asked } = job.row.spec as ReplaySpec;
  const canary = progress.canary ?? { sent: 0, succeeded: 0, failed: 0, passed: false };
  return {
    ...progress,
    sent: progress.sent + sent,
    skipped: withSkips(
      progress,
      settled.flatMap(({ reason }) => (reason === null ? [] : [reason])),
    ),
    ...(asked !== null && !canary.passed && { canary: { ...canary, sent: canary.sent + sent } }),
  };
}
