/** An operation and its author, for the audit. */
export interface Act {
  /** The `operationId` of the API, or the name of something that Hooktrail does unasked. */
  readonly operation: string;
  /** Undefined when Hooktrail itself acts. */
  readonly by: ActBy | undefined;
}

/** The API request behind an act. */
export interface ActBy {
  readonly accountId: number;
  readonly tokenId: string;
  readonly requestId: string;
  readonly method: string;
  /** The client's IP address. */
  readonly address: string;
}
