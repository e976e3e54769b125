import { MINUTE_MS } from './time-units.ts';

/**
 * An attempt recorded longer after its invocation was created is late. Nearly all attempts are early;
 * of the retries of the profile `durable` three are.
 */
export const LATE_MS = 5 * MINUTE_MS;
