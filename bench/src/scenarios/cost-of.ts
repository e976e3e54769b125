import { cpuClock } from '../measure/cpu-clock.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Place } from '../stage/start-place.ts';

const MICROSECONDS = 1_000_000;

/** Runs a load; adds `nodeUs` and `postgresUs`, the processor time of an event. */
export async function costOf(
  { hooktrail }: Pick<Place, 'hooktrail'>,
  run: () => Promise<Outcome>,
): Promise<Outcome & { readonly details: Readonly<Record<string, number>> }> {
  const clock = () => cpuClock([hooktrail.pid], hooktrail.postgresPid);
  const before = clock();
  const outcome = await run();
  const after = clock();
  const each = (part: 'servers' | 'postgres') =>
    ((after[part] - before[part]) * MICROSECONDS) / outcome.items;
  return {
    ...outcome,
    details: { ...outcome.details, nodeUs: each('servers'), postgresUs: each('postgres') },
  };
}
