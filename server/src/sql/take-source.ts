import { float8, scalar, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { type SourceRow, sourceColumnsOf } from './parts/source-row.ts';

interface Params {
  /** New for each take: what an earlier holder writes is refused. */
  readonly holder: string;
  readonly leaseMs: number;
  /** Accounts that have their share of this node. */
  readonly full: readonly number[];
}

/**
 * Leases the source that is due longest and that nobody holds; none of a suspended account. Run it in a
 * transaction that has the lock of takes.
 */
export const takeSource = query<Params, SourceRow>(
  'take-source',
  {
    holder: uuid((p) => p.holder),
    lease_ms: float8((p) => p.leaseMs),
    full: scalar<readonly number[]>('bigint[]')((p: Params) => p.full),
  },
  `with free as (
  select id
  from source
  where due_at <= now() and leased_until <= now() and base_url is not null and paused_at is null
    and deleted_at is null and not (account_id = any ($full))
    and not exists (select from account a where a.id = source.account_id and a.suspended_at is not null)
  order by due_at, id
  limit 1
)
update source s
set holder = $holder, leased_until = now() + $lease_ms * interval '1 millisecond'
from free
where s.id = free.id
returning ${sourceColumnsOf('s')}`,
);
