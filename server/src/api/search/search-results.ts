import type { Runner } from '../../database/database.ts';
import type { Clock } from '../../model/clock.ts';
import { idTimeMs } from '../../model/ids.ts';
import type { Found, FoundInvocation } from '../../search/text/found.ts';
import { NO_FILTER } from '../../sql/parts/invocation-filter.ts';
import { readFoundInvocations } from '../../sql/read-found-invocations.ts';
import { readListedEvents } from '../../trail/read-listed-events.ts';
import type { ListedWebhook } from '../../trail/select-webhooks.ts';
import { eventView } from '../events/event-view.ts';
import { trailInvocationView } from '../invocations/trail-invocation-view.ts';
import type { SearchResult } from './search-schema.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
}

/** Results as the API shows them; without those whose invocation is no longer kept. */
export async function searchResults(
  { clock, database }: Parts,
  accountId: number,
  found: readonly Found[],
  webhooks: readonly ListedWebhook[],
): Promise<SearchResult[]> {
  const byId = new Map(webhooks.map((webhook) => [webhook.id, webhook]));
  const wanted = found.flatMap((one): FoundInvocation[] => ('event' in one ? [] : [one]));
  const rows =
    wanted.length === 0
      ? []
      : await database.run(readFoundInvocations, {
          wanted: wanted.map(({ invocationId, webhookId }) => ({
            webhookId,
            held: null,
            firstId: invocationId,
            lastId: invocationId,
          })),
          filter: NO_FILTER,
        });
  const events = await readListedEvents(
    database,
    accountId,
    rows.map((row) => ({ id: row.event_id, family: 'local' as const })),
  );
  const nowMs = clock.now();
  const invocations = new Map(rows.map((row) => [row.id, row]));
  return found.flatMap((one): SearchResult[] => {
    const id = one.position;
    const found_at = new Date(idTimeMs(id)).toISOString();
    if ('event' in one) {
      return [{ id, found_at, event: eventView(one.event), matches: [...one.matches] }];
    }
    const row = invocations.get(one.invocationId);
    if (row === undefined) return [];
    const invocation = trailInvocationView(
      row,
      byId.get(one.webhookId) as ListedWebhook,
      row.event_id === null ? undefined : events.get(row.event_id),
      nowMs,
    );
    return [{ id, found_at, invocation, matches: [...one.matches] }];
  });
}
