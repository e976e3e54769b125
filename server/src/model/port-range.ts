/** The ports from `first` to `last`. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}
