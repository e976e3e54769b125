/** A changed field. A secret has no values, a new field no `from`, a removed one no `to`. */
export interface Change {
  readonly field: string;
  readonly from?: unknown;
  readonly to?: unknown;
}
