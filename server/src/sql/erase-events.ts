import { bigint, rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { forEachFamily } from './parts/trail-family.ts';

interface Params {
  readonly lane: number;
  readonly accountId: number;
  readonly ids: readonly string[];
}

/** Takes the bodies out of events of one lane, the headers that keys had, and their places in traces. Returns those that had one. */
export const eraseEvents = forEachFamily(({ family, named, tables }) =>
  query<Params, { id: string }>(
    named('erase-events'),
    {
      lane: smallint((p) => p.lane),
      account_id: bigint((p) => p.accountId),
      events: rows((p: Params) => p.ids, { id: uuid((id) => id) }),
    },
    `with kept as (
  select t.*
  from
    $events as s
    cross join lateral (
      select lane, account_id, id
      from ${tables.event}
      where lane = $lane and account_id = $account_id and id = s.id and erased_at is null
      for update
    ) as t
)
update ${tables.event} e
set body = null, erased_at = now()${family === 'local' ? ', key_headers = null, trace_context = null' : ''}
from kept k
where e.lane = k.lane and e.account_id = k.account_id and e.id = k.id
returning e.id`,
  ),
);
