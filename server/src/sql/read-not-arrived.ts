import { bigint, float8, rows, timestamptzMs } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  /** Hours that began before. */
  readonly untilMs: number;
  /** And at most so long before that. */
  readonly windowMs: number;
  /** Accounts that want another window. */
  readonly windows: readonly { readonly accountId: number; readonly windowMs: number }[];
  /** So many hours of webhooks are added up for each source. */
  readonly most: number;
  readonly limit: number;
}

/** A source of which something did not arrive. */
export interface NotArrivedRow {
  readonly source_id: string;
  readonly account_id: number;
  readonly source_name: string;
  readonly not_arrived: number;
  /** The first hour in which something is missing. */
  readonly first_hour_at: Date;
}

/** Adds up what did not arrive, by source: an index has the hours in which something is missing, and no others. */
export const readNotArrived = query<Params, NotArrivedRow>(
  'read-not-arrived',
  {
    until: timestamptzMs((p) => p.untilMs),
    window_ms: float8((p) => p.windowMs),
    windows: rows((p: Params) => p.windows, {
      account_id: bigint((w) => w.accountId),
      window_ms: bigint((w) => w.windowMs),
    }),
    most: bigint((p) => p.most),
    limit: bigint((p) => p.limit),
  },
  `select s.id as source_id, s.account_id, s.name as source_name, h.not_arrived, h.first_hour_at
from
  source s
  left join $windows as w on w.account_id = s.account_id
  cross join lateral (
    select sum(not_arrived)::float8 as not_arrived, min(hour_at) as first_hour_at
    from (
      select hour_at, not_arrived
      from reconcile_hour
      where source_id = s.id and not_arrived > 0 and hour_at < $until
        and hour_at >= $until - coalesce(w.window_ms, $window_ms) * interval '1 millisecond'
      order by hour_at desc
      limit $most
    ) as one
  ) as h
where s.deleted_at is null and h.not_arrived > 0
order by h.not_arrived desc
limit $limit`,
);
