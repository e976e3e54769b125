import { rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { MASK } from '../secrets/mask.ts';
import type { ErasedInvocation } from './erase-invocations.ts';
import { forEachFamily } from './parts/trail-family.ts';

interface Params {
  readonly lane: number;
  readonly invocations: readonly ErasedInvocation[];
}

/** What was erased, and when attempts were recorded that are not early; null without one. */
interface Erased {
  readonly attempts: number;
  readonly recorded_ms: readonly number[] | null;
}

/**
 * Takes everything out of the attempts of invocations of one lane that was sent or answered, and what quotes
 * it: the query of a URL has the payload of a direct invocation. Ids, times, statuses and lengths stay.
 * `recorded_ms` are the times at which filters of text search have late attempts.
 */
export const eraseAttempts = forEachFamily(({ family, named, tables }) =>
  query<Params, Erased>(
    named('erase-attempts'),
    {
      lane: smallint((p) => p.lane),
      invocations: rows((p: Params) => p.invocations, {
        webhook_id: uuid((one) => one.webhookId),
        id: uuid((one) => one.id),
      }),
    },
    `with kept as (
  select t.*
  from
    $invocations as s
    cross join lateral (
      select lane, ${family === 'archived' ? 'webhook_id, ' : ''}invocation_id, number
      from ${tables.attempt}
      where lane = $lane${family === 'archived' ? ' and webhook_id = s.webhook_id' : ''} and invocation_id = s.id
      for update
    ) as t
),
erased as (
  update ${tables.attempt} a
  set
    error_message = null, request_headers = null, response_headers = null, response_body = null,
    response_raw = null, reason = null, url = regexp_replace(a.url, '[?].*$', '?${MASK}')
  from kept k
  where a.lane = k.lane and ${family === 'archived' ? 'a.webhook_id = k.webhook_id and ' : ''}a.invocation_id = k.invocation_id
    and a.number = k.number
  returning a.recorded_at${family === 'local' ? ', a.early' : ', true as early'}
)
select
  count(*)::integer as attempts,
  array_agg(distinct floor(extract(epoch from recorded_at) * 1000)::float8)
    filter (where early is not true) as recorded_ms
from erased`,
    { oneLane: true },
  ),
);
