import { median } from '@hooktrail/harness/median';
import type { ArmRuns, Run } from '../model/arm-runs.ts';

/** The ratio of a figure in one arm to that in another: the median over the rounds. */
export function compare(
  arms: readonly ArmRuns[],
  name: string,
  other: string,
  of: (run: Run) => number | undefined,
): number {
  const figures = (wanted: string) => {
    const runs = arms.find((arm) => arm.name === wanted)?.runs ?? [];
    return runs.map((run) => of(run) ?? Number.NaN);
  };
  const others = figures(other);
  return median(figures(name).map((figure, round) => figure / (others[round] ?? Number.NaN)));
}
