import type { ReplayProgress } from './replay-progress.ts';
import type { ReplaySpec } from './replay-spec.ts';

interface Stop {
  readonly code: 'canary' | 'stop_on';
  readonly reason: string;
}

/** Why a replay stops itself now; undefined: it goes on. */
export function stopReason(spec: ReplaySpec, progress: ReplayProgress): Stop | undefined {
  return canaryReason(spec, progress) ?? stopOnReason(spec, progress);
}

function canaryReason({ canary: asked }: ReplaySpec, { canary }: ReplayProgress): Stop | undefined {
  if (asked === null || canary === null || canary.passed) return undefined;
  const { failed, succeeded } = canary;
  // More failures than it may have: what is in flight cannot change that.
  const mostFailed = asked.count * (1 - asked.success_share);
  if (failed <= mostFailed + 1e-9) return undefined;
  return {
    code: 'canary',
    reason: `canary: ${succeeded} of ${succeeded + failed} attempts succeeded, and ${percent(asked.success_share)} of ${asked.count} were asked for; resume it to send the next ${asked.count} as a canary`,
  };
}

function stopOnReason(
  { stop_on: asked }: ReplaySpec,
  { recent }: ReplayProgress,
): Stop | undefined {
  if (asked === null || recent.length < asked.of_last) return undefined;
  const last = recent.slice(-asked.of_last);
  const failed = [...last].filter((result) => result === '0').length;
  if (failed / asked.of_last < asked.failure_share) return undefined;
  return {
    code: 'stop_on',
    reason: `stop_on: ${failed} of the last ${asked.of_last} attempts failed, and at ${percent(asked.failure_share)} it stops; resume it to go on`,
  };
}

const percent = (share: number): string => `${Number((share * 100).toFixed(2))} %`;
