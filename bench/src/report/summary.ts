import { median } from '@hooktrail/harness/median';
import type { Usage } from '../measure/usage-meter.ts';
import type { ArmRuns, Run } from '../model/arm-runs.ts';

/** One line of the table: medians of an arm's runs. */
export interface Summary {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
  readonly serverCpuSeconds: number | undefined;
  readonly serverPeakBytes: number | undefined;
  readonly postgresCpuSeconds: number | undefined;
  readonly postgresPeakBytes: number | undefined;
  readonly harnessCpuSeconds: number | undefined;
  readonly walBytesPerItem: number;
  /** The share of the limit that was reached: the median over the rounds. */
  readonly ofLimit: number | undefined;
}

/** Summarizes the arms of one scenario. */
export function summarize(arms: readonly ArmRuns[]): Summary[] {
  return arms.map(({ name, unit, limit, runs }) => {
    const values = runs.map((run) => run.value);
    const usage = (of: (usage: Usage) => number) => each(runs, (run) => run.usage && of(run.usage));
    const limits = arms.find((arm) => arm.name === limit)?.runs;
    return {
      name,
      unit,
      median: median(values),
      least: Math.min(...values),
      most: Math.max(...values),
      p50Ms: each(runs, (run) => run.latency?.p50),
      p99Ms: each(runs, (run) => run.latency?.p99),
      serverCpuSeconds: usage((used) => used.serverCpuSeconds),
      serverPeakBytes: usage((used) => used.serverPeakBytes),
      postgresCpuSeconds: usage((used) => used.postgresCpuSeconds),
      postgresPeakBytes: usage((used) => used.postgresPeakBytes),
      harnessCpuSeconds: usage((used) => used.harnessCpuSeconds),
      walBytesPerItem: median(runs.map((run) => run.walBytes / run.items)),
      // Each run against the limit of its own round: both ran on the machine in the same state.
      ofLimit: limits && median(values.map((value, round) => value / (limits[round]?.value ?? 0))),
    };
  });
}

function each(runs: readonly Run[], of: (run: Run) => number | undefined): number | undefined {
  const found = runs.map(of).filter((value) => value !== undefined);
  return found.length === 0 ? undefined : median(found);
}
