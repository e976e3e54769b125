import { unpackPhases } from '../../model/packed-phases.ts';
import { NO_PHASE, PHASES, type PhaseTimes } from '../../model/phases.ts';
import { attemptView } from './attempt-view.ts';
import type { Attempt } from './invocation-schema.ts';

/** An attempt as only our own operations show it. */
export function trailAttemptView(...values: Parameters<typeof attemptView>): Attempt {
  const [, { duration_ms: durationMs, error_class, phases }] = values;
  return {
    ...attemptView(...values),
    ...(phases !== null && { phases: phasesView(unpackPhases(phases, durationMs ?? 0)) }),
    ...(error_class !== null && { error_class }),
  };
}

function phasesView(times: PhaseTimes): Exclude<Attempt['phases'], undefined> {
  const happened = PHASES.flatMap((phase, index) => {
    const ms = times[index] as number;
    return ms === NO_PHASE ? [] : [[`${phase}_ms`, ms]];
  });
  return Object.fromEntries(happened);
}
