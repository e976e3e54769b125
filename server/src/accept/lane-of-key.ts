import { createHash } from 'node:crypto';
import { LANES } from '../model/lanes.ts';

/** Returns the lane of an idempotency key. Any even spread works, but it must never change. */
export function laneOfKey(accountId: number, key: string): number {
  const digest = createHash('sha256').update(`${accountId} ${key}`).digest();
  return (digest[0] as number) % LANES;
}
