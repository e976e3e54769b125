import { type HeldJob, RENEW_MS } from '../held/held-job.ts';
import type { JobKind } from '../held/job-kind.ts';
import type { SelectionParts } from './list-selection.ts';
import { type ReplayProgress, skippedOf } from './replay-progress.ts';
import type { ReplaySpec } from './replay-spec.ts';
import { ReplayTurns } from './replay-turns.ts';
import { selectItems } from './select-items.ts';
import type { SendingWay } from './sending-way.ts';
import type { InFlight } from './settle-items.ts';
import { stopReason } from './stop-reason.ts';

type Parts = Omit<SelectionParts, 'database'>;

/** A page and an answer are seldom ready sooner, and 500/s are 50 of them. */
const TURN_MS = 100;

/** How often a job looks whether what was in flight at its end has ended. */
const FINISH_EACH_MS = 300;

/** A job that only waits looks less often. */
const IDLE_MS = 1_000;

/**
 * What was in flight when a job was paused or ended has an outcome by then, or waits behind a gate: then
 * nobody waits for it.
 */
const FINISH_MS = 90_000;

/** Makes a kind of jobs that send again: it selects, sends items at their rate, and counts their outcomes. */
export function createSendingKind(parts: Parts, way: SendingWay): JobKind {
  async function finish(job: HeldJob): Promise<void> {
    const { state } = job.row;
    const startedMs = performance.now();
    while (!job.signal.aborted && performance.now() - startedMs < FINISH_MS) {
      // Each time: what was leased at first may have found no permit, and be due again.
      if (state !== 'done') await way.withdraw(job);
      const inFlight = await way.settle(job);
      if (inFlight.size === 0) break;
      if (job.needsRenewal) await job.move({ progress: job.row.progress });
      await job.wait(FINISH_EACH_MS);
    }
    if (job.signal.aborted) return;
    // What it has sent as a canary is judged from the beginning after a pause.
    const progress = job.row.progress as ReplayProgress;
    const canary = progress.canary?.passed === true ? progress.canary : null;
    await job.move({ progress: { ...progress, canary, recent: '' }, busy: false, release: true });
  }

  async function send(job: HeldJob): Promise<void> {
    const turns = new ReplayTurns(way, job);
    await turns.open();
    let inFlight: InFlight = new Map();
    for (let turn = 0; !job.signal.aborted; turn++) {
      const startedMs = performance.now();
      if (turn % way.settleTurns === 0) {
        inFlight = await way.settle(job);
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
      if (isIdle) turn = Math.ceil(turn / way.settleTurns) * way.settleTurns - 1;
      const took = performance.now() - startedMs;
      // On a full machine turns take longer than their distance, and deliveries go first: a job works for
      // half of the time at most, and renews its lease. What its rate allowed meanwhile goes with the next turns.
      const restMs = Math.min(RENEW_MS, Math.max(took, TURN_MS - took));
      await job.wait(isIdle && inFlight.size === 0 ? IDLE_MS : restMs);
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
    const { target_webhook_id: targetId } = job.row.spec as ReplaySpec;
    const receivers = targetId === null || inFlight.size === 0 ? inFlight.keys() : [targetId];
    for (const webhookId of receivers) {
      const webhook = parts.directory.webhook(webhookId);
      if (webhook !== undefined && webhook.status !== 'active') {
        await way.withdraw(job, webhookId);
      }
    }
  }

  return {
    name: way.name,
    async run(job) {
      if (job.row.state === 'selecting')
        await selectItems({ ...parts, database: job.database }, way, job);
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
