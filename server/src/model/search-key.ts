/** What the events of an account are found by: a JSON pointer of the body, or `header.` and a name. */
export interface SearchKey {
  readonly name: string;
  /** Events that were created from then on are found by it; milliseconds since 1970. */
  readonly sinceMs: number;
}

/** The keys of an account that has set none. */
export const DEFAULT_KEYS: readonly string[] = ['/subject', '/detail/id'];

/** Each key adds 24 bytes to an event that has a value, and to what the index is built from. */
export const MOST_KEYS = 8;

/** The longest query: a longer value cannot be asked for, and is no value of a key. */
export const MOST_VALUE_CHARACTERS = 4_096;

/** Before the name of a published header, which is in lower case. */
export const HEADER_KEY = 'header.';
