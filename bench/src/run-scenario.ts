import { untilQuiet } from './measure/until-quiet.ts';
import { startUsageMeter, type Usage } from './measure/usage-meter.ts';
import type { ArmRuns, Run } from './model/arm-runs.ts';
import type { Outcome } from './model/outcome.ts';
import type { Arm, Scenario } from './model/scenario.ts';
import type { Sizes } from './model/sizes.ts';
import type { Stage } from './stage/stage.ts';

const WARM_UP_SHARE = 0.25;

/**
 * Runs the arms of a scenario in turn, round after round. So what changes meanwhile, such as the
 * size of the tables or the load of the machine, affects the server and its limit alike.
 */
export async function runScenario(
  scenario: Scenario,
  stage: Stage,
  sizes: Sizes,
  tell: (text: string) => void,
): Promise<ArmRuns[]> {
  const arms = await scenario.arms(stage, sizes);
  const found = arms.map((arm) => ({
    name: arm.name,
    unit: arm.unit,
    limit: arm.limit,
    runs: [] as Run[],
  }));
  if (sizes.warmUp && scenario.repeated) {
    for (const arm of arms) await runArm(arm, WARM_UP_SHARE, stage, sizes);
  }
  const rounds = scenario.repeated ? sizes.rounds : 1;
  for (let round = 1; round <= rounds; round++) {
    for (const [index, arm] of arms.entries()) {
      const run = await runArm(arm, 1, stage, sizes);
      found[index]?.runs.push(run);
      tell(`${arm.name}, ${round} of ${rounds}: ${run.value.toFixed(1)} ${arm.unit}`);
    }
  }
  return found;
}

async function runArm(arm: Arm, share: number, stage: Stage, sizes: Sizes): Promise<Run> {
  const { harness } = stage;
  const { hooktrail, trail } = arm.place ?? stage;
  await arm.prepare?.(share);
  if (sizes.warmUp) await untilQuiet(hooktrail.pid, hooktrail.postgresPid);
  globalThis.gc?.();
  const before = await trail.counters();
  const stopMeter = startUsageMeter({
    servers: [hooktrail.pid],
    postgres: hooktrail.postgresPid,
    harness,
    ...arm.watched?.(),
  });
  let usage: Usage | undefined;
  let outcome: Outcome;
  try {
    outcome = await arm.run(share);
  } finally {
    usage = stopMeter();
  }
  const after = await trail.counters();
  await arm.finish?.();
  return { ...outcome, usage, walBytes: after.walBytes - before.walBytes };
}
