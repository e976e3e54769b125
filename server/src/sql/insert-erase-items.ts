import { boolean, rows, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** An event that is to be erased, or an invocation whose event is unknown or no longer kept. */
export interface EraseItem {
  /** `NO_WEBHOOK` of an event. */
  readonly webhookId: string;
  readonly id: string;
  readonly archived: boolean;
}

/** Stands for the webhook of an event. */
export const NO_WEBHOOK = '0'.repeat(26);

interface Params {
  readonly jobId: string;
  readonly items: readonly EraseItem[];
}

/** Adds a page to the selection of a job; what is there already is not counted again. */
export const insertEraseItems = query<Params, { added: number }>(
  'insert-erase-items',
  {
    job_id: uuid((p) => p.jobId),
    items: rows((p: Params) => p.items, {
      webhook_id: uuid((item) => item.webhookId),
      id: uuid((item) => item.id),
      archived: boolean((item) => item.archived),
    }),
  },
  `with added as (
  insert into erase_item (job_id, webhook_id, id, archived)
  select $job_id, i.webhook_id, i.id, i.archived
  from $items as i
  on conflict (job_id, webhook_id, id) do nothing
  returning id
)
select count(*)::integer as added from added`,
);
