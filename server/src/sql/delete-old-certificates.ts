import { bigint, float8 } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  /** What was not seen for so long goes. */
  readonly keptMs: number;
  /** And what was seen least recently, beyond so many. */
  readonly most: number;
}

/** Deletes the certificates of endpoints that nobody delivers to any more. */
export const deleteOldCertificates = query<Params, never>(
  'delete-old-certificates',
  { kept_ms: float8((p) => p.keptMs), most: bigint((p) => p.most) },
  `delete from endpoint_certificate
where seen_at < now() - $kept_ms * interval '1 millisecond'
  or seen_at < (select seen_at from endpoint_certificate order by seen_at desc offset $most limit 1)`,
);
