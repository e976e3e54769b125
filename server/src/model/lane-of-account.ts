import { LANES } from './lanes.ts';

/** The lane of the keys of an account's events: what one look-up reads is in one lane. */
export function laneOfAccount(accountId: number): number {
  return (Math.imul(accountId, 0x9e3779b1) >>> 26) & (LANES - 1);
}
