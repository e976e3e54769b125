/** One of the values that a bucket counts. */
export interface Exemplar {
  /** The invocation that it is of. */
  readonly invocationId: string;
  readonly value: number;
  readonly atMs: number;
}
