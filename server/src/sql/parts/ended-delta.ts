import { DELTA_COLUMNS, DELTA_VALUES, IS_MARKED } from './delta-mark.ts';

/** Appends the delta of the rows of `ended`, which are final without an attempt; none of no rows. */
export const ENDED_DELTA = `insert into delta (
  ${DELTA_COLUMNS}, webhook_ids, lanes, invocation_ids, statuses, error_classes, settled
)
select
  ${DELTA_VALUES}, 'ended', array_agg(webhook_id), array_agg(lane), array_agg(id),
  array_agg(status), array_agg(error_class), array_agg(true)
from ended
having ${IS_MARKED} and count(*) > 0`;
