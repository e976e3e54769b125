/** What a client makes of an answer. */
export interface Reading {
  /** Undefined where no answer was read. */
  readonly statusCode: number | undefined;
  /** [name, value, name, value, ...]; one character per byte. */
  readonly headers: readonly string[];
  readonly body: string;
  /** The answer was read to its end. */
  readonly complete: boolean;
  /** What was wrong with it. */
  readonly fault: string | undefined;
  /** The connection may carry another request. */
  readonly kept: boolean;
}
