/** The HTTP proxy that deliveries leave through. */
export interface EgressProxy {
  /** A name or an address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** The value of `Proxy-Authorization`. A secret. */
  readonly authorization: string | undefined;
  /** What is dialled directly: names, with those below them, and CIDR blocks. */
  readonly exceptions: readonly string[];
}
