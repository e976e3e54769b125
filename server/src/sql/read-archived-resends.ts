import { integer, rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { ListedStatus } from '../model/delivery-status.ts';
import { laneOf } from '../model/lanes.ts';
import { RESENDS_AFTER } from '../model/resend-numbers.ts';

/** A resend by its number. */
export interface SentResend {
  readonly webhookId: string;
  readonly invocationId: string;
  readonly number: number;
}

interface Params {
  readonly sent: readonly SentResend[];
}

/** What became of a resend. */
export interface ResendRow {
  readonly webhook_id: string;
  readonly id: string;
  /** `unknown` while no outcome is recorded. */
  readonly status: ListedStatus;
  readonly reason: string | null;
  /** Its outcome may still be recorded. */
  readonly waiting: boolean;
}

/** Reads what became of resends: a probe of the primary key of each. */
export const readArchivedResends = query<Params, ResendRow>(
  'read-archived-resends',
  {
    sent: rows((p: Params) => p.sent, {
      lane: smallint((one) => laneOf(one.webhookId)),
      webhook_id: uuid((one) => one.webhookId),
      invocation_id: uuid((one) => one.invocationId),
      number: integer((one) => one.number),
    }),
  },
  `select
  a.webhook_id, a.invocation_id as id, a.status, a.reason,
  coalesce(i.resends_count + ${RESENDS_AFTER} = a.number and i.resending_until > now(), false) as waiting
from
  $sent as s
  join archive_attempt a on a.lane = s.lane and a.webhook_id = s.webhook_id
    and a.invocation_id = s.invocation_id and a.number = s.number
  join archive_invocation i on i.lane = s.lane and i.webhook_id = s.webhook_id and i.id = s.invocation_id`,
);
