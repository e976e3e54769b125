import { LANES } from '../../model/lanes.ts';
import { DAY_MS } from '../../model/time-units.ts';
import { forgetErasedKeys } from '../../sql/forget-erased-keys.ts';
import { writeJobSpec } from '../../sql/write-job-spec.ts';
import { type HeldJob, RENEW_MS } from '../held/held-job.ts';
import type { JobKind } from '../held/job-kind.ts';
import type { SelectionParts } from '../replay/list-selection.ts';
import { eraseBatch } from './erase-batch.ts';
import type { EraseProgress } from './erase-progress.ts';
import type { EraseSpec } from './erase-spec.ts';
import { maskQuery } from './mask-query.ts';
import { selectErased } from './select-erased.ts';

/** Idempotency keys of inboxes are kept for 7 days. */
const KEYS_KEPT_MS = 8 * DAY_MS;

const KEYS_AT_ONCE = 1_000;

/**
 * Makes the kind of jobs that erase: it selects events, takes everything out of them and of their invocations
 * that was sent or answered, some in each transaction, and last forgets the idempotency keys they came with.
 */
export function createEraseKind(parts: Omit<SelectionParts, 'database'>): JobKind {
  /** A job works for half of the time: deliveries go first. */
  const rest = (job: HeldJob, startedMs: number) =>
    job.wait(Math.min(RENEW_MS, performance.now() - startedMs));

  async function erase(job: HeldJob): Promise<void> {
    for (let more = true; more && !job.signal.aborted; ) {
      const startedMs = performance.now();
      more = await eraseBatch(parts, job);
      if (more) await rest(job, startedMs);
    }
    await forgetKeys(job);
    if (job.signal.aborted) return;
    await job.move({ to: 'done', busy: false, progress: job.row.progress, release: true });
  }

  async function forgetKeys(job: HeldJob): Promise<void> {
    const { newestMs } = job.row.progress as EraseProgress;
    if (newestMs === null || newestMs < parts.clock.now() - KEYS_KEPT_MS) return;
    while (!job.signal.aborted) {
      const startedMs = performance.now();
      const progress = job.row.progress as EraseProgress;
      let { keys } = progress;
      if (keys.lane >= LANES) return;
      await job.moveBy(async (runner) => {
        // Lanes without keys cost a probe each, and go together.
        for (let last: string | null = null; last === null && keys.lane < LANES; ) {
          const [row] = await runner.run(forgetErasedKeys, {
            jobId: job.id,
            accountId: job.accountId,
            ...keys,
            limit: KEYS_AT_ONCE,
          });
          last = row?.last_key ?? null;
          keys = last === null ? { lane: keys.lane + 1, after: '' } : { ...keys, after: last };
        }
        return { progress: { ...progress, keys } };
      });
      await rest(job, startedMs);
    }
  }

  return {
    name: 'erase',
    async run(job) {
      if (job.row.state === 'selecting') {
        await selectErased({ ...parts, database: job.database }, job);
      }
      if (job.signal.aborted) return;
      const { state } = job.row;
      if (state === 'running') await erase(job);
      else if (state !== 'selecting') {
        await job.move(
          { progress: job.row.progress, busy: false, release: true },
          async (runner) => {
            if (state !== 'cancelled') return;
            const spec = job.row.spec as EraseSpec;
            const masked = { ...spec, query: maskQuery(spec.query) };
            await runner.run(writeJobSpec, { id: job.id, spec: masked });
          },
        );
      }
    },
  };
}
