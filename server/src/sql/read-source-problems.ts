import { bigint, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { SourceError } from '../model/source.ts';
import { SOURCE_PROGRESS } from './parts/source-progress.ts';

/** Nobody wants to know more exactly how many. */
export const MOST_GAPS = 1_000;

/** A source of an account, and what may be wrong with it. */
export interface SourceProblemRow {
  readonly id: string;
  readonly name: string;
  readonly paused_at: Date | null;
  readonly error_code: SourceError | null;
  readonly error: string | null;
  readonly error_at: Date | null;
  /** Since when not everything that finished is read of all webhooks that exist; null without webhooks. */
  readonly behind_since: Date | null;
  /** How many gaps were found lately: `MOST_GAPS` at most. */
  readonly gaps: number;
  readonly gap_found_at: Date | null;
}

interface Params {
  readonly accountId: number;
  /** Gaps count whose ids are larger: those that were found after a time. */
  readonly gapsAbove: string;
  /** Sources are wrong that have read nothing since. */
  readonly behindMs: number;
}

/**
 * Reads the sources of an account that are paused, fail or are behind, and those with gaps that were found lately.
 * It has at most 20.
 */
export const readSourceProblems = query<Params, SourceProblemRow>(
  'read-source-problems',
  {
    account_id: bigint((p) => p.accountId),
    gaps_above: uuid((p) => p.gapsAbove),
    behind_since: timestamptzMs((p) => p.behindMs),
  },
  `select s.id, s.name, s.paused_at, s.error_code, s.error, s.error_at, w.behind_since, g.gaps, g.gap_found_at
from
  source s
  cross join lateral ${SOURCE_PROGRESS} as w
  cross join lateral (
    select count(*)::integer as gaps, max(found_at) as gap_found_at
    from (
      select found_at
      from archive_gap
      where source_id = s.id and id > $gaps_above
      order by source_id desc, id desc
      limit ${MOST_GAPS}
    ) as found
  ) as g
where s.account_id = $account_id and s.deleted_at is null and (
  s.paused_at is not null or s.error_code is not null or w.behind_since < $behind_since or g.gaps > 0
)
order by s.id`,
);
