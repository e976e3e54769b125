import type { Runner } from '../../database/database.ts';
import type { Clock } from '../../model/clock.ts';
import type { Found, FoundInvocation } from '../../search/text/found.ts';
import { timeOfPosition } from '../../search/text/search-position.ts';
import { inFamily } from '../../sql/parts/in-family.ts';
import { NO_FILTER } from '../../sql/parts/invocation-filter.ts';
import type { Family } from '../../sql/parts/trail-family.ts';
import type { TrailRow } from '../../sql/read-created-invocations.ts';
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
  const rows = [...(await rowsOf('local')), ...(await rowsOf('archived'))];
  const events = await readListedEvents(
    database,
    accountId,
    rows.map((row) => ({
      id: row.event_id,
      family: (byId.get(row.webhook_id) as ListedWebhook).family,
    })),
  );
  const nowMs = clock.now();
  const invocations = new Map(rows.map((row) => [nameOf(row.webhook_id, row.id), row]));
  return found.flatMap((one): SearchResult[] => {
    const id = one.position;
    const found_at = new Date(timeOfPosition(id)).toISOString();
    if ('event' in one) {
      return [{ id, found_at, event: eventView(one.event), matches: [...one.matches] }];
    }
    const row = invocations.get(nameOf(one.webhookId, one.invocationId));
    if (row === undefined) return [];
    const invocation = trailInvocationView(
      row,
      byId.get(one.webhookId) as ListedWebhook,
      row.event_id === null ? undefined : events.get(row.event_id),
      nowMs,
    );
    return [{ id, found_at, invocation, matches: [...one.matches] }];
  });

  async function rowsOf(family: Family): Promise<TrailRow[]> {
    const some = wanted.filter((one) => one.family === family);
    if (some.length === 0) return [];
    return database.run(inFamily(readFoundInvocations, family), {
      wanted: some.map(({ invocationId, webhookId }) => ({
        webhookId,
        held: null,
        firstId: invocationId,
        lastId: invocationId,
      })),
      filter: NO_FILTER,
    });
  }
}

const nameOf = (webhookId: string, id: string): string => `${webhookId} ${id}`;
