import type { Runner } from '../../database/database.ts';
import { firstIdAt, idTimeMs } from '../../model/ids.ts';
import { DAY_MS } from '../../model/time-units.ts';
import { findArchivedInvocation } from '../../sql/find-archived-invocation.ts';
import type { InvocationFilter } from '../../sql/parts/invocation-filter.ts';
import type { FoundEventRow } from '../../sql/read-found-events.ts';
import { readFoundInvocations } from '../../sql/read-found-invocations.ts';
import { nextId } from '../../trail/next-id.ts';
import type { ListedWebhook } from '../../trail/select-webhooks.ts';
import { WEBHOOKS_AT_ONCE } from './webhooks-at-once.ts';

interface Scope {
  readonly filter: InvocationFilter;
  /** All of the family of the event. */
  readonly webhooks: readonly ListedWebhook[];
}

/** Whether an event has an invocation at one of the webhooks that matches the filter. */
export async function hasInvocation(
  database: Runner,
  { id, invocations_count: count, invocations_from: firstId, source }: FoundEventRow,
  { filter, webhooks }: Scope,
): Promise<boolean> {
  if (source === null && (firstId === null || !count)) return false;
  for (let start = 0; start < webhooks.length; start += WEBHOOKS_AT_ONCE) {
    const some = webhooks.slice(start, start + WEBHOOKS_AT_ONCE);
    const rows = source === null ? await ours(some) : await archived(some);
    if (rows.length > 0) return true;
  }
  return false;

  /** The ids of our invocations of one event are one range. */
  function ours(some: readonly ListedWebhook[]) {
    const first = firstId as string;
    const lastId = nextId(first, (count as number) - 1);
    const wanted = some.map(({ held, id: webhookId }) => {
      return { webhookId, held, firstId: first, lastId };
    });
    return database.run(readFoundInvocations, { wanted, filter });
  }

  /** Archived ones were created within a day of their event. */
  function archived(some: readonly ListedWebhook[]) {
    const atMs = idTimeMs(id);
    return database.run(findArchivedInvocation, {
      eventId: id,
      webhooks: some,
      firstId: firstIdAt(Math.max(0, atMs - DAY_MS)),
      lastId: firstIdAt(atMs + DAY_MS),
      filter,
    });
  }
}
