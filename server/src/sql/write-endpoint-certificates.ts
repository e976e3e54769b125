import { rows, text, timestamptzMs } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** A certificate that an endpoint showed. */
export interface EndpointCertificate {
  /** Scheme, host and port, as `URL.origin` spells them. */
  readonly origin: string;
  readonly fingerprint: string;
  /** Of the certificate that ends first: the endpoint's own, or the one that signed it. */
  readonly subject: string;
  readonly issuer: string;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly seenAtMs: number;
}

/** Writes what endpoints showed last: an older sight of another node changes nothing. */
export const writeEndpointCertificates = query<readonly EndpointCertificate[], never>(
  'write-endpoint-certificates',
  {
    seen: rows((seen: readonly EndpointCertificate[]) => seen, {
      origin: text((one) => one.origin),
      fingerprint: text((one) => one.fingerprint),
      subject: text((one) => one.subject),
      issuer: text((one) => one.issuer),
      starts_at: timestamptzMs((one) => one.startsAtMs),
      ends_at: timestamptzMs((one) => one.endsAtMs),
      seen_at: timestamptzMs((one) => one.seenAtMs),
    }),
  },
  `insert into endpoint_certificate as old (origin, fingerprint, subject, issuer, starts_at, ends_at, seen_at)
select s.origin, s.fingerprint, s.subject, s.issuer, s.starts_at, s.ends_at, s.seen_at
from $seen as s
on conflict (origin) do update
set
  fingerprint = excluded.fingerprint,
  subject = excluded.subject,
  issuer = excluded.issuer,
  starts_at = excluded.starts_at,
  ends_at = excluded.ends_at,
  seen_at = excluded.seen_at
where old.seen_at <= excluded.seen_at`,
);
