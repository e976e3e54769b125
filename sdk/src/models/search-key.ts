/** What the events of the account are found by. */
export interface SearchKey {
  /** A JSON pointer of the body, such as `/detail/id`, or `header.` and the name of a header. */
  key: string;
  /** Events that were created from then on are found by it. */
  since: Date;
}
