import { LATE_MS } from './late-ms.ts';
import { MINUTE_MS } from './time-units.ts';

/**
 * How long after the moment in its id a row may be written: an event waits for its group, whose
 * statements may take 20 s each and are given up after that.
 */
const WRITTEN_MS = 3 * MINUTE_MS;

/**
 * How far behind the present nothing is added to the trail: neither an event or an early attempt whose id
 * is older, nor a late attempt that was recorded before. Statements that write see to it, however long
 * they have waited: the accepting one refuses older events, and the recording one stamps what it writes
 * after its waits.
 */
export const SETTLED_MS = LATE_MS + WRITTEN_MS;
