/** What this side presents when a server demands a certificate. */
export interface TlsIdentity {
  /** Different for every pair of certificate and key. */
  readonly id: string;
  /** The chain, in PEM. */
  readonly certificate: string;
  /** In PEM. */
  readonly privateKey: string;
}
