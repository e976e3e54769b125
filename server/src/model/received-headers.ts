/** The headers that a request came with to an inbox. */
export interface ReceivedHeaders {
  /** Names and values in turn, in the order of the request. */
  readonly list: readonly string[];
  /** How many are not among them: there were too many, or they were too long. */
  readonly leftOut: number;
}

/**
 * Where they stand among the headers of an event that are keys (`event.key_headers`): no header has this name, so
 * nothing finds an event by it. An event that no inbox published has none, and no column for them.
 */
export const RECEIVED_MEMBER = '';
