/** A value together with the answer that carried it. */
export interface WithResponse<T> {
  /** The value that the call returns. */
  readonly data: T;
  /** The answer, for its status and headers. Its body is already read. */
  readonly response: Response;
}

/** The result of a call: a promise of its value. The request is already in flight. */
export interface APIPromise<T> extends Promise<T> {
  /** The value together with the answer: `const { data, response } = await ….withResponse()`. */
  withResponse(): Promise<WithResponse<T>>;
}
