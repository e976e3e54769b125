import type { ReconcileNumbers } from '@hooktrail/sdk/hooktrail';
import type { Tone } from './status-tone.ts';

/** A number of a comparison: its name in the API, its column, and what it means. */
export interface ReconcileNumber {
  readonly kind: string;
  readonly field: keyof ReconcileNumbers;
  readonly label: string;
  readonly meaning: string;
  readonly tone: Tone;
}

/** The numbers, the one to act on first. */
export const RECONCILE_KINDS: readonly ReconcileNumber[] = [
  {
    kind: 'not_arrived',
    field: 'notArrived',
    label: 'Not arrived',
    meaning: 'listed as success, and did not arrive: somebody in between took it and dropped it',
    tone: 'bad',
  },
  {
    kind: 'failed',
    field: 'failed',
    label: 'Failed',
    meaning: 'listed as a failure, and did not arrive: the service could not reach the inbox',
    tone: 'bad',
  },
  {
    kind: 'never_sent',
    field: 'neverSent',
    label: 'Never sent',
    meaning: 'listed without a request: throttled, or stopped by a circuit breaker',
    tone: 'hold',
  },
  {
    kind: 'failed_arrived',
    field: 'failedArrived',
    label: 'Failed, arrived',
    meaning: 'listed as a failure, and arrived: the answer was lost or too late',
    tone: 'wait',
  },
  {
    kind: 'not_listed',
    field: 'notListed',
    label: 'Not listed yet',
    meaning: 'arrived, and not listed yet',
    tone: 'wait',
  },
  {
    kind: 'arrived',
    field: 'arrived',
    label: 'Arrived',
    meaning: 'listed as success, and arrived',
    tone: 'ok',
  },
];
