import { scalar, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import type { ReasonCode, WebhookReason } from '../model/reason-code.ts';
import {
  DELTA_COLUMNS,
  DELTA_PARAMETERS,
  DELTA_VALUES,
  IS_MARKED,
  type Marked,
} from './parts/delta-mark.ts';

interface Params extends Marked {
  readonly kind: 'held' | 'released';
  readonly webhookId: string;
  readonly reasonCode: ReasonCode | WebhookReason;
}

const deltaKind = scalar<Params['kind']>('delta_kind');

/**
 * Appends that all of a webhook waits, or does no longer. It belongs to the transaction that changes the
 * webhook or its breaker.
 */
export const appendHold = query<Params, never>(
  'append-hold',
  {
    kind: deltaKind((p) => p.kind),
    webhook_id: uuid((p) => p.webhookId),
    reason_code: text((p) => p.reasonCode),
    ...DELTA_PARAMETERS,
  },
  `insert into delta (${DELTA_COLUMNS}, webhook_ids, reason_code)
select ${DELTA_VALUES}, $kind, array[$webhook_id], $reason_code
where ${IS_MARKED}`,
  { appendsIn: ({ webhookId }) => laneOf(webhookId) },
);
