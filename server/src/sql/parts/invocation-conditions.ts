import { idArray } from '../../database/binary-arrays.ts';
import { boolean, integer, rows, scalar, text } from '../../database/parameters.ts';
import type { Parameters } from '../../database/query.ts';
import type { ListedStatus } from '../../model/delivery-status.ts';
import {
  type InvocationFilter,
  NO_NUMBER,
  NO_VALUE,
  type TypePattern,
} from './invocation-filter.ts';
import { UNDELIVERED } from './undelivered.ts';

interface Filtered {
  readonly filter: InvocationFilter;
}

const deliveryStatuses = scalar<readonly ListedStatus[]>('delivery_status[]');
const texts = scalar<readonly string[]>('text[]');
const uuids = scalar<readonly string[]>('uuid[]', idArray);
const smallints = scalar<readonly number[]>('smallint[]');
const numbers = scalar<string>('int4multirange');
const times = scalar<string>('tstzmultirange');

/** The parameters of `invocationConditions`. */
export const FILTER_PARAMETERS: Parameters<Filtered> = {
  statuses: deliveryStatuses(({ filter }) => filter.statuses),
  codes: numbers(({ filter }) => filter.codes),
  attempts: numbers(({ filter }) => filter.attempts),
  took: numbers(({ filter }) => filter.took),
  completed: times(({ filter }) => filter.completed),
  errors: texts(({ filter }) => filter.errors),
  reasons: texts(({ filter }) => filter.reasons),
  triggers: texts(({ filter }) => filter.triggers),
  ids: uuids(({ filter }) => filter.ids),
  not_ids: uuids(({ filter }) => filter.notIds),
  jobs: uuids(({ filter }) => filter.jobs),
  not_jobs: uuids(({ filter }) => filter.notJobs),
  states: smallints(({ filter }) => filter.states),
  types: texts(({ filter }) => filter.types),
  not_types: texts(({ filter }) => filter.notTypes),
  has_more_types: boolean(({ filter }) => filter.moreTypes.length > 0),
  more_types: rows(({ filter }: Filtered) => filter.moreTypes, {
    term: integer((one: TypePattern) => one.term),
    pattern: text((one: TypePattern) => one.pattern),
  }),
};

/**
 * The conditions of a filter on rows that have the columns of an invocation and `held`: why all of its
 * webhook waits. One text for every filter: a statement for each combination would be one of thousands,
 * prepared on every connection. A condition that is not set costs its comparison with null, 10 ns.
 */
export const INVOCATION_CONDITIONS = `($statuses is null or status = any ($statuses))
  and ($codes is null or $codes @> coalesce(status_code::integer, ${NO_NUMBER}))
  and ($attempts is null or $attempts @> attempts_count)
  and ($took is null or $took @> coalesce(duration_ms, ${NO_NUMBER}))
  and ($completed is null
    or $completed @> case when attempts_count > 0 then latest_at else timestamptz '-infinity' end)
  and ($errors is null or coalesce(error_class, '${NO_VALUE}') = any ($errors))
  and ($reasons is null or coalesce(
    case when due_at is not null and not (leased and due_at > now()) then held end, reason_code, '${NO_VALUE}'
  ) = any ($reasons))
  and ($triggers is null or case
    when attempts_count = 0 then '${NO_VALUE}' else coalesce(trigger, 'schedule')
  end = any ($triggers))
  and ($ids is null or id = any ($ids))
  and ($not_ids is null or not (id = any ($not_ids)))
  and ($jobs is null or job_id = any ($jobs))
  and ($not_jobs is null or job_id is null or not (job_id = any ($not_jobs)))
  and ($states is null or (case
    when due_at is null then 2 when leased and due_at > now() then 1 else 0
  end + case when ${UNDELIVERED} then 3 else 0 end)::smallint = any ($states))
  and ($types is null or event_type like any ($types))
  and ($not_types is null or event_type is null or not (event_type like any ($not_types)))
  and (not $has_more_types or not exists (
    select from $more_types as m group by m.term having not bool_or(event_type like m.pattern)
  ))`;
