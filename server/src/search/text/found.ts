import type { Family } from '../../sql/parts/trail-family.ts';
import type { EventSummaryRow } from '../../sql/read-account-events.ts';
import type { TextMatch } from './match-texts.ts';

/** What was found in an attempt. */
export interface AttemptMatch extends TextMatch {
  readonly attempt: number;
}

/** An event whose body has what is looked for. */
export interface FoundEvent {
  /** Its place among the results: an id that sorts them. */
  readonly position: string;
  readonly event: EventSummaryRow;
  readonly matches: readonly TextMatch[];
}

/** An invocation with attempts that have what is looked for. */
export interface FoundInvocation {
  /** That of its creation, or of the recording of a late attempt. */
  readonly position: string;
  readonly family: Family;
  readonly webhookId: string;
  readonly invocationId: string;
  readonly matches: readonly AttemptMatch[];
}

export type Found = FoundEvent | FoundInvocation;
