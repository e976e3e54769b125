import type { Hooktrail, Job } from '@hooktrail/sdk/hooktrail';
import { CommandFailure } from '../failures/command-failure.ts';
import { describeFailure } from '../failures/describe-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import type { Context } from '../session/context.ts';
import { createProgress } from '../session/create-progress.ts';

const UNITS = {
  replay: 'invocations',
  resend: 'invocations',
  export: 'rows',
  erase: 'events',
} as const;

/** Often enough for a bar that moves. */
const LOOK_MS = 500;

/**
 * Shows a job until it has ended, is paused or stopped itself. Ctrl-C leaves it running, and so does a
 * node that is away.
 *
 * @param comeBack - The command that goes on with it.
 * @throws CommandFailure that says how to come back
 */
export async function watchJob<Watched extends Job>(
  context: Context,
  hooktrail: Hooktrail,
  job: Watched,
  comeBack = `hooktrail jobs watch ${job.id}`,
): Promise<Watched> {
  const { signal } = context;
  const jobId = job.id;
  const progress = createProgress(context, UNITS[job.kind]);
  try {
    return await hooktrail.jobs.wait<Watched>(job, {
      everyMs: LOOK_MS,
      signal,
      onProgress: (seen: Job) => {
        const reason = seen.stateReason === undefined ? '' : `, ${seen.stateReason}`;
        if (seen.kind === 'export') return progress.at(seen.counts.rows, undefined, reason);
        const { counts, state } = seen;
        const isKnown = state === 'running' || state === 'done';
        return progress.at(counts.position, isKnown ? counts.selected : undefined, reason);
      },
    });
  } catch (error) {
    // Aborted: interrupted, or its output cannot be written any more.
    const failure = describeFailure(signal.aborted ? signal.reason : error);
    // A refusal speaks for itself: the token was revoked, or the job is no longer kept.
    if (!signal.aborted && failure.exitCode !== EXIT.network) throw error;
    const why = signal.aborted ? '' : `, but cannot be watched: ${failure.message}`;
    throw new CommandFailure(`job ${jobId} keeps running${why}`, {
      ...failure,
      next: `Come back: ${comeBack}. End it: hooktrail jobs cancel ${jobId}`,
    });
  } finally {
    progress.end();
  }
}
