import { rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { forEachFamily } from './parts/trail-family.ts';

/** An invocation by its webhook. */
export interface ErasedInvocation {
  readonly webhookId: string;
  readonly id: string;
}

interface Params {
  readonly lane: number;
  readonly invocations: readonly ErasedInvocation[];
}

interface Marked extends Pick<ErasedInvocation, 'id'> {
  readonly webhook_id: string;
  /** Null where it is unknown: of an archived one. */
  readonly event_id: string | null;
}

/**
 * Marks invocations of one lane as erased, from when on nothing makes them due again, and takes the texts out
 * that may quote an answer. Returns those that it marked: none that waits or is in flight, and those that were
 * marked before.
 */
export const eraseInvocations = forEachFamily(({ family, named, tables }) =>
  query<Params, Marked>(
    named('erase-invocations'),
    {
      lane: smallint((p) => p.lane),
      invocations: rows((p: Params) => p.invocations, {
        webhook_id: uuid((one) => one.webhookId),
        id: uuid((one) => one.id),
      }),
    },
    `with open as (
  select t.*, now() as at
  from
    $invocations as s
    cross join lateral (
      select lane, webhook_id, id
      from ${tables.invocation}
      where lane = $lane and webhook_id = s.webhook_id and id = s.id and due_at is null${
        family === 'archived' ? ' and (resending_until is null or resending_until < now())' : ''
      }
      for update
    ) as t
)
update ${tables.invocation} i
set reason = null, erased_at = coalesce(i.erased_at, o.at)
from open o
where i.lane = o.lane and i.webhook_id = o.webhook_id and i.id = o.id
returning i.webhook_id, i.id, i.event_id`,
    { oneLane: true },
  ),
);
