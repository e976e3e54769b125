import { bigint, rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { ListedStatus } from '../model/delivery-status.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  readonly invocationIds: readonly string[];
  /** Outcomes of each invocation. */
  readonly limit: number;
}

/** An outcome that is archived. */
export interface ArchivedOutcomeRow {
  readonly invocation_id: string;
  readonly number: number;
  readonly status: ListedStatus;
  readonly status_code: number | null;
  readonly remote_status: string | null;
  readonly completed_at: Date;
  readonly sent: boolean;
}

/** Reads the outcomes that a source listed of invocations of one webhook: one range of the primary key of each. */
export const readArchivedOutcomes = query<Params, ArchivedOutcomeRow>(
  'read-archived-outcomes',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    invocations: rows((p: Params) => p.invocationIds, { id: uuid((id) => id) }),
    limit: bigint((p) => p.limit),
  },
  `select a.*
from
  $invocations as i
  cross join lateral (
    select invocation_id, number, status, status_code, remote_status, completed_at, sent
    from archive_attempt
    where lane = $lane and webhook_id = $webhook_id and invocation_id = i.id and resend_id is null
    order by number
    limit $limit
  ) as a`,
);
