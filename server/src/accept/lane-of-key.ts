import { createHash } from 'node:crypto';
import { LANES } from '../model/lanes.ts';

/** The lane of an idempotency key: any even spread will do, as long as it never changes. */
export function laneOfKey(accountId: number, key: string): number {
  const digest = createHash('sha256').update(`${accountId} ${key}`).digest();
  return (digest[0] as number) % LANES;
}
