import { setTimeout as sleep } from 'node:timers/promises';
import { idArray, int4Array } from '@hooktrail/server/binary-arrays';
import { newId, uuidFromId } from '@hooktrail/server/ids';
import { laneOf } from '@hooktrail/server/lanes';
import { requestApi } from './request-api.ts';
import type { Place } from './start-place.ts';
import type { BenchWebhook } from './webhooks.ts';

interface Copies {
  readonly template: BenchWebhook;
  readonly lane: number;
  /** The ports of the endpoints, one per webhook. */
  readonly ports: readonly number[];
  /** The prefix of their event types. */
  readonly type: string;
}

const POLL_MS = 20;

/**
 * Makes webhooks of one lane, which the API cannot do: it inserts copies of a template, with ids
 * that are drawn until they fit the lane.
 */
export async function copyWebhooks(
  { hooktrail, trail }: Place,
  { template, lane, ports, type }: Copies,
): Promise<BenchWebhook[]> {
  const copies = ports.map((_port, index) => {
    let id = newId(Date.now());
    while (laneOf(id) !== lane) id = newId(Date.now());
    return { id, type: `${type}${index}` };
  });
  const ids = copies.map(({ id }) => id);
  await trail.sql(
    `with copied as (
  insert into webhook (
    id, account_id, name, status, subscriptions, endpoint, http_method, request_format,
    signing_secret, delivery, created_at, created_by
  )
  select
    c.id, w.account_id, c.type, w.status, array[c.type], 'http://127.0.0.1:' || c.port || '/',
    w.http_method, w.request_format, w.signing_secret, w.delivery, w.created_at, w.created_by
  from
    unnest($2::uuid[], $3::text[], $4::integer[]) as c (id, type, port),
    webhook w
  where w.id = $1
)
select pg_notify('hooktrail_webhook', id) from unnest($5::text[]) as c (id)`,
    [uuidFromId(template.id), idArray(ids), copies.map((copy) => copy.type), int4Array(ports), ids],
  );
  // The server reads them in the order of the notifications, so it has all when it has the last.
  for (;;) {
    try {
      await requestApi(hooktrail.url, 'GET', `/api/v2/webhooks/${ids.at(-1)}`);
      return copies;
    } catch (error) {
      if (!/ 404 /.test((error as Error).message)) throw error;
      await sleep(POLL_MS);
    }
  }
}
