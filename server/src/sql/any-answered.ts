import { rows, smallint, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';

interface Params {
  readonly webhooks: readonly string[];
  /** Scheme, host and port, without a slash at the end. */
  readonly origin: string;
}

/** Invocations of a webhook that are looked at, and how many of them that were answered. */
const LOOKED_AT = 100;
const LOOKED_INTO = 10;

/**
 * Reads whether an origin answered one of the latest invocations of these webhooks. Their attempts say where it was:
 * the endpoint of a webhook may have been another one.
 */
export const anyAnswered = query<Params, { answered: boolean }>(
  'any-answered',
  {
    webhooks: rows((p: Params) => p.webhooks, {
      lane: smallint((id) => laneOf(id)),
      id: uuid((id) => id),
    }),
    origin: text((p) => p.origin),
  },
  `select exists (
  select from
    $webhooks as w
    cross join lateral (
      select id
      from (
        select id, status_code from invocation
        where lane = w.lane and webhook_id = w.id
        order by id desc
        limit ${LOOKED_AT}
      ) as latest
      where status_code is not null
      limit ${LOOKED_INTO}
    ) as answered
    cross join lateral (
      select from attempt
      where lane = w.lane and invocation_id = answered.id and status_code is not null
        and starts_with(url, $origin || '/')
      limit 1
    ) as there
) as answered`,
  { laneByLane: (runs) => [{ answered: runs.flat().some(({ answered }) => answered) }] },
);
