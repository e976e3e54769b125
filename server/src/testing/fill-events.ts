import { uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { idAt } from './test-api.ts';
import { sql } from './test-node.ts';

/** Writes events of account 1 into the trail, one at each of the times, with bodies of a size; returns their ids. */
export async function fillEvents(
  databaseUrl: string,
  type: string,
  timesMs: readonly number[],
  bodyBytes: number,
): Promise<string[]> {
  const ids = timesMs.map((ms) => idAt(ms));
  await sql(
    databaseUrl,
    `insert into event (account_id, lane, id, type, body)
select 1, lane, id, $1, '{"type":"' || $1 || '","text":"' || repeat('x', $2) || '"}'
from unnest($3::uuid[], $4::smallint[]) as new (id, lane)`,
    [type, bodyBytes, ids.map(uuidFromId), ids.map(laneOf)],
  );
  return ids;
}
