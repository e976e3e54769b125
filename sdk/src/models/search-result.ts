import type { EventSummary } from './event.ts';
import type { ListedInvocation } from './listed-invocation.ts';
import type { Open } from './open.ts';

/** What a search found, and where. */
export interface SearchMatch {
  /** The text that has it. */
  in: Open<'event body' | 'request headers' | 'response headers' | 'response body'>;
  /** The number of the attempt; absent in an event body. */
  attempt?: number;
  /** It and its surroundings, as one line. */
  text: string;
}

/** An event whose body matches, or an invocation whose attempts match. */
export interface SearchResult {
  /** Identifies the result within its search. */
  id: string;
  /**
   * When the event or the invocation was created; of an attempt that was recorded more than five
   * minutes after that, when it was recorded. Results have this order.
   */
  foundAt: Date;
  /** The event whose body matches. */
  event?: EventSummary;
  /** The invocation whose attempts match. */
  invocation?: ListedInvocation;
  /** What was found. */
  matches: SearchMatch[];
}
