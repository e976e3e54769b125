import { text } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** What an origin showed. */
export interface EndpointCertificateRow {
  readonly subject: string;
  readonly issuer: string;
  readonly ends_at: Date;
  readonly seen_at: Date;
}

/** Reads the certificate that an origin showed last. */
export const readEndpointCertificate = query<string, EndpointCertificateRow>(
  'read-endpoint-certificate',
  { origin: text((origin) => origin) },
  'select subject, issuer, ends_at, seen_at from endpoint_certificate where origin = $origin',
);
