import type { Leased } from '../../model/leased.ts';
import type { OutcomeRow } from '../../sql/record-outcomes.ts';
import type { LeaseRow } from '../../sql/renew-leases.ts';

/**
 * One leased invocation on this node:
 *
 * `queued` -> `sending` -> `recording` -> `gone`
 *
 * It leaves `queued` without being sent when its lease has expired (another node may hold it now), or
 * when its webhook may no longer send: inactive, paused, its breaker open, rate-limited since. The
 * lease is then returned (`returning`). A manual attempt and a probe are sent regardless: that was
 * decided when they were admitted. The lease is renewed while the work is `queued` or `sending`, and not
 * later, because the outcome, or the return, names the lease that it belongs to.
 */
export interface Work {
  readonly leased: Leased;
  /** The account of its webhook, as of when it was leased. */
  readonly accountId: number;
  leasedUntilMs: number;
  state: 'queued' | 'sending' | 'recording' | 'returning' | 'gone';
  /** A renewal in progress: its result must be known before the outcome is recorded. */
  renewal: Promise<void> | undefined;
  /** The outcome being recorded. */
  outcome: OutcomeRow | undefined;
  /** This node got it again while its outcome was being recorded. */
  leasedAgain: boolean;
}

/** A request is not begun when its lease has less than this left and was not renewed. */
const LEASE_MARGIN_MS = 1_000;

/** Whether enough of the lease is left to begin a request. */
export function holdsLease({ leasedUntilMs }: Work, nowMs: number): boolean {
  return leasedUntilMs - nowMs >= LEASE_MARGIN_MS;
}

export function leaseOf({ leased, leasedUntilMs }: Work): LeaseRow {
  const { id, lane, webhookId } = leased;
  return { lane, webhookId, invocationId: id, leasedUntilMs };
}
