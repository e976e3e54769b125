/** A value together with the answer that carried it. */
export interface WithResponse<T> {
  /** The value that the call gives. */
  readonly data: T;
  /** The answer, for its status and headers. Its body has been read. */
  readonly response: Response;
}

/** What a call gives: a promise of its value. The request is on its way already. */
export interface APIPromise<T> extends Promise<T> {
  /** The value together with the answer: `const { data, response } = await ….withResponse()`. */
  withResponse(): Promise<WithResponse<T>>;
}
