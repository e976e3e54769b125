import type { TrailRow } from '../../sql/read-created-invocations.ts';
import type { Selection } from '../replay/list-selection.ts';
import type { SkipReason } from '../replay/skip-reason.ts';
import type { Resender } from './resender.ts';

/** Why rows of the selection of a resend cannot be sent. */
export async function refuseRows(
  resender: Pick<Resender, 'refusals'>,
  { accountId, isTargeted }: { readonly accountId: number; readonly isTargeted: boolean },
  selection: Pick<Selection, 'webhooks'>,
  rows: readonly TrailRow[],
): Promise<ReadonlyMap<TrailRow, SkipReason>> {
  const refused = new Map<TrailRow, SkipReason>();
  const rowOf = new Map(
    rows.map((row) => [{ id: row.id, webhookId: row.webhook_id, eventId: row.event_id }, row]),
  );
  const archived = [...rowOf].filter(([{ webhookId }, row]) => {
    if (selection.webhooks.get(webhookId)?.family === 'archived') return true;
    refused.set(row, 'not archived');
    return false;
  });
  if (archived.length === 0) return refused;
  const invocations = archived.map(([one]) => one);
  for (const [one, reason] of await resender.refusals(accountId, isTargeted, invocations)) {
    refused.set(rowOf.get(one) as TrailRow, reason);
  }
  return refused;
}
