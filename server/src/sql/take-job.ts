import { idArray } from '../database/binary-arrays.ts';
import { float8, scalar, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { type JobKindName, MOST_AT_WORK } from '../model/job.ts';
import { type JobRow, jobColumnsOf } from './parts/job-row.ts';

interface Params {
  /** New for each take: what an earlier holder writes is refused. */
  readonly holder: string;
  readonly leaseMs: number;
  /** Jobs that this node has at work. */
  readonly held: readonly string[];
  /** What this node can do: nodes of several versions may run. */
  readonly kinds: readonly JobKindName[];
  /** Accounts that have their share of this node. */
  readonly full: readonly number[];
}

/**
 * Leases the oldest job that nobody holds, and moves it from the line to work where its account has room.
 * Those that are at work already go first: their node died. Run it in a transaction that has the lock of
 * takes, or two nodes could exceed the limit of an account.
 */
export const takeJob = query<Params, JobRow>(
  'take-job',
  {
    holder: uuid((p) => p.holder),
    lease_ms: float8((p) => p.leaseMs),
    held: scalar<readonly string[]>('uuid[]', idArray)((p: Params) => p.held),
    kinds: scalar<readonly string[]>('text[]')((p: Params) => p.kinds),
    full: scalar<readonly number[]>('bigint[]')((p: Params) => p.full),
  },
  `with
at_work as (
  select account_id, count(*) as jobs
  from job
  where busy and state in ('selecting', 'running')
  group by account_id
),
free as (
  select j.id
  from job j
  left join at_work w on w.account_id = j.account_id
  where j.busy and j.leased_until <= now() and not (j.id = any ($held))
    and j.kind = any ($kinds) and not (j.account_id = any ($full))
    and (j.state <> 'waiting' or coalesce(w.jobs, 0) < ${MOST_AT_WORK})
  order by j.state = 'waiting', j.id
  limit 1
)
update job j
set
  holder = $holder,
  leased_until = now() + $lease_ms * interval '1 millisecond',
  state = case when j.state = 'waiting' then j.stage else j.state end
from free
where j.id = free.id
returning ${jobColumnsOf('j')}`,
);
