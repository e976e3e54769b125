import type { Database } from '../../database/database.ts';
import { deleteSettledItems } from '../../sql/delete-old-jobs.ts';
import type { HeldJob } from '../held/held-job.ts';
import type { JobKind } from '../held/job-kind.ts';
import type { SelectionParts } from './list-selection.ts';
import { type ReplayProgress, skippedOf } from './replay-progress.ts';
import type { ReplaySpec } from './replay-spec.ts';
import { ReplayTurns } from './replay-turns.ts';
import { selectItems } from './select-items.ts';
import { type InFlight, settleItems, withdrawItems } from './settle-items.ts';
import { stopReason } from './stop-reason.ts';

interface Parts extends SelectionParts {
  /** Its statements append deltas. */
  readonly database: Database;
  /** Why a webhook would wait now; undefined: it would not. */
  readonly heldBy: (webhookId: string) => string | undefined;
  /** Tells claimers, here and on other nodes, of invocations that are due. */
  readonly lookAfter: (webhookIds: readonly string[]) => void;
}

/** A page and an answer are seldom ready sooner, and 500/s are 50 of them. */
const TURN_MS = 100;

/** Outcomes are looked for each so many turns. */
const SETTLE_TURNS = 3;

/** A job that only waits looks less often. */
const IDLE_MS = 1_000;

/**
 * What was in flight when a job was paused or ended has an outcome by then, or waits behind a gate: then
 * nobody waits for it.
 */
const FINISH_MS = 90_000;

const DELETED_AT_ONCE = 5_000;

/**
 * Makes the kind of jobs that send again: it selects, makes items due at their rate, and counts their
 * outcomes. The claimers send them as they send everything that is due, behind the gates of their webhooks.
 */
export function createReplayKind(parts: Parts): JobKind {
  const { database } = parts;

  async function finish(job: HeldJob): Promise<void> {
    const { state } = job.row;
    if (state !== 'done') await withdrawItems(database, job);
    const startedMs = performance.now();
    while (!job.signal.aborted && performance.now() - startedMs < FINISH_MS) {
      const inFlight = await settleItems(database, job);
      if (inFlight.size === 0) break;
      if (job.needsRenewal) await job.move({ progress: job.row.progress });
      await job.wait(SETTLE_TURNS * TURN_MS);
    }
    if (job.signal.aborted) return;
    if (state === 'cancelled' || state === 'done') {
      for (let deleted = DELETED_AT_ONCE; deleted === DELETED_AT_ONCE && !job.signal.aborted; ) {
        await job.moveBy(async (runner) => {
          const request = { jobId: job.id, limit: DELETED_AT_ONCE };
          deleted = (await runner.run(deleteSettledItems, request)).length;
          return { progress: job.row.progress };
        });
      }
      if (job.signal.aborted) return;
    }
    // What it has sent as a canary is judged from the beginning after a pause.
    const progress = job.row.progress as ReplayProgress;
    const canary = progress.canary?.passed === true ? progress.canary : null;
    await job.move({ progress: { ...progress, canary, recent: '' }, busy: false, release: true });
  }

  async function send(job: HeldJob): Promise<void> {
    const turns = new ReplayTurns(parts, job);
    await turns.open();
    let inFlight: InFlight = new Map();
    for (let turn = 0; !job.signal.aborted; turn++) {
      if (turn % SETTLE_TURNS === 0) {
        inFlight = await settleItems(database, job);
        await passCanary(job);
        await withdrawInactive(job, inFlight);
        const stop = stopReason(job.row.spec as ReplaySpec, job.row.progress as ReplayProgress);
        if (stop !== undefined) {
          const progress = { ...(job.row.progress as ReplayProgress), canary: null, recent: '' };
          await job.move({ to: 'stopped', progress, reasonCode: stop.code, reason: stop.reason });
          return finish(job);
        }
        if (inFlight.size === 0 && isThrough(job)) {
          await job.move({ to: 'done', progress: job.row.progress });
          return finish(job);
        }
      }
      const before = job.row.progress;
      inFlight = await turns.take(inFlight);
      if (job.needsRenewal) await job.move({ progress: job.row.progress });
      const isIdle = job.row.progress === before && !turns.mayContinue;
      // The next turn looks for outcomes.
      if (isIdle) turn = Math.ceil(turn / SETTLE_TURNS) * SETTLE_TURNS - 1;
      await job.wait(isIdle && inFlight.size === 0 ? IDLE_MS : TURN_MS);
    }
  }

  /** A canary that has all its outcomes, and not too many failures, has passed. */
  async function passCanary(job: HeldJob): Promise<void> {
    const progress = job.row.progress as ReplayProgress;
    const { canary: asked } = job.row.spec as ReplaySpec;
    const { canary } = progress;
    if (asked === null || canary === null || canary.passed) return;
    if (canary.succeeded + canary.failed < asked.count) return;
    if (stopReason(job.row.spec as ReplaySpec, progress)?.code === 'canary') return;
    await job.move({ progress: { ...progress, canary: { ...canary, passed: true } } });
  }

  /** What is due of a webhook that became inactive would wait for ever: it is taken back, and then skipped. */
  async function withdrawInactive(job: HeldJob, inFlight: InFlight): Promise<void> {
    const { target_webhook_id: target } = job.row.spec as ReplaySpec;
    if (target !== null) return;
    for (const webhookId of inFlight.keys()) {
      const webhook = parts.directory.webhook(webhookId);
      if (webhook !== undefined && webhook.status !== 'active') {
        await withdrawItems(database, job, webhookId);
      }
    }
  }

  return {
    name: 'replay',
    async run(job) {
      if (job.row.state === 'selecting') await selectItems(parts, job);
      if (job.signal.aborted) return;
      if (job.row.state === 'running') await send(job);
      else if (job.row.state !== 'selecting') await finish(job);
    },
  };
}

/** Whether everything selected has an outcome or a reason why not. */
function isThrough(job: HeldJob): boolean {
  const progress = job.row.progress as ReplayProgress;
  return progress.succeeded + progress.failed + skippedOf(progress) >= progress.selected;
}
