import { uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { idAt } from './test-api.ts';
import { sql } from './test-node.ts';

/** Writes ended invocations of a webhook into the trail, one at each of the times; returns their ids. */
export async function fillInvocations(
  databaseUrl: string,
  webhookId: string,
  timesMs: readonly number[],
): Promise<string[]> {
  const ids = timesMs.map((ms) => idAt(ms));
  await sql(
    databaseUrl,
    `insert into invocation (
  lane, id, webhook_id, event_id, event_type, status, status_code, attempts_count, latest_at, leased
)
select $1, id, $2, id, 'test.filled', 'server error', 500, 1, to_timestamp(at / 1000.0), false
from unnest($3::uuid[], $4::float8[]) as new (id, at)`,
    [laneOf(webhookId), uuidFromId(webhookId), ids.map(uuidFromId), timesMs],
  );
  return ids;
}
