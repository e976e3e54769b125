import type { Family } from './trail-family.ts';

/** What lists show of an event `e` beside its own columns: of its webhooks, and where it was archived from. */
export const EVENT_COUNTS: Readonly<Record<Family, string>> = {
  local: `e.invocations_count,
  case
    when e.skipped is null then 0
    else (select sum((s ->> 'count')::integer) from json_array_elements(e.skipped::json) as s)::integer
  end as skipped_count,
  null as source`,
  archived: `null::integer as invocations_count, 0 as skipped_count,
  (select name from source where source.id = e.source_id) as source`,
};
