/** The bucket that exports are written to, as an operator names it. */
export interface ExportStore {
  readonly bucket: string;
  /** Before all keys, with a slash at its end; empty without one. */
  readonly prefix: string;
  /** Undefined: that of AWS. */
  readonly endpoint: string | undefined;
  /** Undefined: what the client finds on the machine. */
  readonly region: string | undefined;
  /** Undefined: what the client finds on the machine, such as the role of a container. */
  readonly key: { readonly id: string; readonly secret: string } | undefined;
  /** Whether the bucket stands in the path and not in the host of a URL. */
  readonly pathStyle: boolean;
}
