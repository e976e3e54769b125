import { uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { SOURCE_PROGRESS } from './parts/source-progress.ts';
import { MOST_GAPS } from './read-source-problems.ts';

/** How far a source is, and which gaps nobody knows of yet. */
export interface SourceState {
  readonly account_id: number;
  readonly id: string;
  readonly name: string;
  readonly paused: boolean;
  readonly error: string | null;
  /** Since when not everything that finished is read of all webhooks that exist; null without webhooks. */
  readonly behind_since: Date | null;
  /** Gaps that were found lately, and after an alert of them was acknowledged: `MOST_GAPS` at most. */
  readonly gaps: number;
  readonly gap_found_at: Date | null;
}

/** An account has at most 20 sources. */
const MOST = 5_000;

/**
 * Reads the sources of all accounts that are asked. Each has at most 1,000 webhooks that exist, so a reader asks
 * for it once a minute. `gapsAbove`: gaps count whose ids are larger, that is, which were found since.
 */
export const readSourceStates = query<string, SourceState>(
  'read-source-states',
  { gaps_above: uuid((gapsAbove) => gapsAbove) },
  `select
  s.account_id, s.id, s.name, s.paused_at is not null as paused,
  case when s.error_code is not null then s.error end as error,
  w.behind_since, g.gaps, g.gap_found_at
from
  source s
  cross join lateral ${SOURCE_PROGRESS} as w
  cross join lateral (
    select max(acknowledged_at) as acknowledged_at
    from alert
    where account_id = s.account_id and kind = 'gap' and source_id = s.id
  ) as k
  cross join lateral (
    select count(*)::integer as gaps, max(found_at) as gap_found_at
    from (
      select found_at
      from archive_gap
      where source_id = s.id and id > $gaps_above
        and (k.acknowledged_at is null or found_at > k.acknowledged_at)
      order by source_id desc, id desc
      limit ${MOST_GAPS}
    ) as found
  ) as g
where s.deleted_at is null and s.base_url is not null
order by s.account_id, s.id
limit ${MOST}`,
);
