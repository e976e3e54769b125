/** What is done, and by whom: a row of the audit begins with it. */
export interface Act {
  /** The `operationId` of the API, or the name of what Hooktrail does by itself. */
  readonly operation: string;
  /** Undefined: Hooktrail itself. */
  readonly by: ActBy | undefined;
}

/** The request that asked for it. */
export interface ActBy {
  readonly accountId: number;
  readonly tokenId: string;
  readonly requestId: string;
  readonly method: string;
  /** The client's IP address. */
  readonly address: string;
}
