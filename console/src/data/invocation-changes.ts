import type { InvocationDetails } from '@hooktrail/sdk/hooktrail';
import type { Live } from './live.ts';

const SOON_MS = 2_000;
const LATER_MS = 15_000;

/** Its place, its row, its attempts, its event, and what holds it back. */
const STATEMENTS = 6;

/** It is sent when somebody acts on its webhook or its account, whatever its time of the next attempt says. */
const HELD: readonly (string | undefined)[] = ['paused', 'inactive', 'suspended'];

/** How soon an invocation may change: an attempt is due or in flight, is far away or held, or none comes. */
export function invocationChanges(
  found: Pick<InvocationDetails, 'nextAttemptAt' | 'origin' | 'reasonCode' | 'state'> | undefined,
  nowMs: number,
): Live | undefined {
  if (found === undefined) return undefined;
  const { nextAttemptAt, origin, reasonCode, state } = found;
  if (state === 'final' || origin !== undefined) return undefined;
  const isSoon = nextAttemptAt === undefined || nextAttemptAt.getTime() - nowMs < LATER_MS;
  const isHeld = state === 'waiting' && HELD.includes(reasonCode);
  return isSoon && !isHeld
    ? { everyMs: SOON_MS, statements: STATEMENTS, isBusy: true }
    : { everyMs: LATER_MS, statements: STATEMENTS };
}
