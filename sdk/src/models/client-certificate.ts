/** What a webhook presents to an endpoint that demands a certificate in the TLS handshake. */
export interface ClientCertificateInput {
  /** PEM: the certificate of the webhook, then those that lead to its authority, at most 10. */
  readonly certificate: string;
  /** PEM: the key of the first certificate, not encrypted. It is never shown again. */
  readonly privateKey: string;
}

/** A client certificate as it is read, without its private key. */
export interface ClientCertificate {
  /** Whose it is, such as `CN=hooks, O=Example`. */
  subject: string;
  /** Who signed it. */
  issuer: string;
  /** In hexadecimal digits. */
  serialNumber: string;
  /** As `openssl x509 -fingerprint -sha256` prints it. */
  fingerprintSha256: string;
  /** Since when it is valid. */
  validFrom: Date;
  /** Until when it is valid. */
  validUntil: Date;
  /** The number of certificates that are sent. */
  chainLength: number;
}
