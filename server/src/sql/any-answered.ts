import { rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';

/** Invocations of a webhook that are looked at: where the endpoint answers, the first one says so. */
const LOOKED_AT = 100;

/** Reads whether an endpoint answered one of the latest invocations of these webhooks. */
export const anyAnswered = query<readonly string[], { answered: boolean }>(
  'any-answered',
  {
    webhooks: rows((ids: readonly string[]) => ids, {
      lane: smallint((id) => laneOf(id)),
      id: uuid((id) => id),
    }),
  },
  `select exists (
  select from
    $webhooks as w
    cross join lateral (
      select status_code from invocation
      where lane = w.lane and webhook_id = w.id
      order by id desc
      limit ${LOOKED_AT}
    ) as latest
  where latest.status_code is not null
) as answered`,
);
