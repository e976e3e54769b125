import { bigint, float8, timestamptzMs } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly nowMs: number;
  readonly beforeMs: number;
  /** And of whose time at most this part is left. */
  readonly share: number;
  readonly limit: number;
}

/** A certificate of an endpoint that ends soon, or has ended. */
export interface EndingCertificateRow {
  readonly origin: string;
  readonly subject: string;
  readonly issuer: string;
  readonly ends_at: Date;
  readonly seen_at: Date;
}

/**
 * Reads the certificates of endpoints that end before a time, the first one first. One that is made for days is
 * renewed within days of its end: it counts once a part of its time is left.
 */
export const readEndingCertificates = query<Params, EndingCertificateRow>(
  'read-ending-certificates',
  {
    now: timestamptzMs((p) => p.nowMs),
    before: timestamptzMs((p) => p.beforeMs),
    share: float8((p) => p.share),
    limit: bigint((p) => p.limit),
  },
  `select origin, subject, issuer, ends_at, seen_at
from endpoint_certificate
where ends_at < $before and ends_at - $now <= $share * (ends_at - starts_at)
order by ends_at
limit $limit`,
);
