/** What differs: without values where they are secret, without `from` or `to` where there was none. */
export interface Change {
  readonly field: string;
  readonly from?: unknown;
  readonly to?: unknown;
}
