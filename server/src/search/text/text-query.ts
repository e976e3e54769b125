import type { Phrase } from '../../words/phrase.ts';

/** What a search looks for: all in one event, or all in one attempt. */
export interface TextQuery {
  /** Of each list, one phrase must be there. */
  readonly terms: readonly (readonly Phrase[])[];
  /** None may be there. */
  readonly excluded: readonly Phrase[];
}
