import { measureLoad } from '../../shares/measure-load.ts';

/**
 * How long a search rests, as times of what its last statement took. While the node is busy, it has a quarter
 * of a processor. While the machine is full, a sixteenth: at 1,000 events a second on two full cores, with
 * lists and 50 feeds beside it, deliveries had a p99 of 405 ms instead of 1,144 with three rests.
 */
const RESTS = { free: 0, busy: 3, full: 15 } as const;

/** Returns how long a search should rest now, as times of what its last statement took. */
export function measureRests(timesNow?: Parameters<typeof measureLoad>[0]): () => number {
  const load = measureLoad(timesNow);
  return () => RESTS[load()];
}
