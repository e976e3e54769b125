import { type JobItemRow, readPendingNewest, readPendingOldest } from '../../sql/read-job-items.ts';
import { readJobWebhooks } from '../../sql/read-job-webhooks.ts';
import { settleJobItems } from '../../sql/settle-job-items.ts';
import type { HeldJob } from '../held/held-job.ts';
import { MOST_WEBHOOKS } from './list-selection.ts';
import { ReplayPace } from './replay-pace.ts';
import { type ReplayProgress, withSkips } from './replay-progress.ts';
import type { ReplaySpec } from './replay-spec.ts';
import type { SendingWay } from './sending-way.ts';
import type { InFlight } from './settle-items.ts';
import { settledAs } from './settled-as.ts';
import type { SkipReason } from './skip-reason.ts';

/** Invocations of one webhook in one transaction: 200 are made due in some 10 ms. */
const PAGE = 200;

/** Skips of one webhook in one transaction. */
const SKIPPED_PAGE = 1_000;

/** Webhooks of one turn: the rest has the next one, so a job of 10,000 still renews its lease. */
const WEBHOOKS_A_TURN = 50;

/** What a job does with a webhook now. */
type Plan = { readonly send: number } | { readonly skip: SkipReason };

/** The turns of a job that sends: in each, some webhooks get what their rate allows. */
export class ReplayTurns {
  readonly #way: SendingWay;
  readonly #job: HeldJob;
  readonly #pace = new ReplayPace();
  /** The webhooks that have items left, in the order of their turns. */
  #waiting: string[] = [];
  /** How many were sent when the last turn ended. */
  #sent = 0;
  #paced = false;

  constructor(way: SendingWay, job: HeldJob) {
    this.#way = way;
    this.#job = job;
  }

  /** Reads which webhooks have items left; those that wait keep their order. */
  async open(): Promise<void> {
    const request = { jobId: this.#job.id, limit: MOST_WEBHOOKS };
    const rows = await this.#job.database.run(readJobWebhooks, request);
    const waiting = new Set(this.#waiting);
    for (const { selected, sent, skipped, webhook_id: id } of rows) {
      if (selected > sent + skipped) waiting.add(id);
    }
    this.#waiting = [...waiting];
  }

  /** Whether a further turn may send something at once: it is only the rate that it waits for. */
  get mayContinue(): boolean {
    return this.#paced;
  }

  /** Sends what may be sent now. Resolves to what is in flight then. */
  async take(before: InFlight): Promise<InFlight> {
    const inFlight = new Map(before);
    // An attempt that did not count is made again, and what was taken back is sent later.
    const cameBack = this.#progress.sent < this.#sent;
    if ((cameBack || this.#waiting.length === 0) && this.#left() > 0) await this.open();
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
    this.#sent = this.#progress.sent;
    return inFlight;
  }

  get #progress(): ReplayProgress {
    return this.#job.row.progress as ReplayProgress;
  }

  #left(): number {
    const { selected, sent, skipped } = this.#progress;
    return selected - sent - Object.values(skipped).reduce((sum, count) => sum + count, 0);
  }

  /** Whether the webhook has items left. */
  async #serve(webhookId: string, inFlight: Map<string, number>): Promise<boolean> {
    const job = this.#job;
    const { database } = job;
    const plan = this.#plan(webhookId, inFlight);
    const isSkip = 'skip' in plan;
    const limit = isSkip ? SKIPPED_PAGE : plan.send;
    if (limit <= 0) return true;
    const spec = job.row.spec as ReplaySpec;
    const read = spec.order === 'newest' ? readPendingNewest : readPendingOldest;
    const items = await database.run(read, { jobId: job.id, webhookId, limit });
    if (items.length === 0) return false;
    if (isSkip) {
      await this.#skip(items, plan.skip);
      return true;
    }
    const sent = await this.#way.send(job, webhookId, items);
    this.#pace.take(spec.target_webhook_id ?? webhookId, sent);
    if (sent > 0) inFlight.set(webhookId, (inFlight.get(webhookId) ?? 0) + sent);
    return true;
  }

  #plan(webhookId: string, inFlight: ReadonlyMap<string, number>): Plan {
    const spec = this.#job.row.spec as ReplaySpec;
    const progress = this.#progress;
    const targetId = spec.target_webhook_id;
    const receiver = this.#way.receiverOf(this.#job, webhookId);
    if ('skip' in receiver) return receiver;
    const { held, receiverId } = receiver;
    const { ofJob, ofReceiver } = this.#way.mostInFlight(spec);
    const total = [...inFlight.values()].reduce((sum, count) => sum + count, 0);
    const own = targetId === null ? (inFlight.get(webhookId) ?? 0) : total;
    // An open breaker needs something to probe with: it gets one, which waits for its turn as any other.
    if (held === 'breaker')
      return { send: own === 0 ? Math.min(1, canaryRoom(spec, progress)) : 0 };
    if (held !== undefined) return { send: 0 };
    const most = Math.min(PAGE, ofReceiver - own, ofJob - total, canaryRoom(spec, progress));
    if (most <= 0) return { send: 0 };
    this.#paced = true;
    return { send: Math.min(most, this.#pace.allowance(receiverId, spec.rate)) };
  }

  async #skip(items: readonly JobItemRow[], reason: SkipReason): Promise<void> {
    const job = this.#job;
    const progress = this.#progress;
    const skipped = withSkips(
      progress,
      items.map(() => reason),
    );
    await job.move({ progress: { ...progress, skipped } }, async (runner) => {
      const settled = items.map((item) => settledAs(item, 'skipped', reason));
      await runner.run(settleJobItems, { jobId: job.id, items: settled });
    });
  }
}

/** How much the canary may still send; without one, or after it has passed, everything. */
function canaryRoom({ canary: asked }: ReplaySpec, { canary }: ReplayProgress): number {
  if (asked === null || canary?.passed === true) return Number.POSITIVE_INFINITY;
  return asked.count - (canary?.sent ?? 0);
}
