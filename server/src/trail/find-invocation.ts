import type { Runner } from '../database/database.ts';
import type { Clock } from '../model/clock.ts';
import { isId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { readInvocation, type WholeInvocationRow } from '../sql/read-invocation.ts';
import { windowStart } from './window.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
  readonly retentionDays: number;
}

/**
 * Reads one invocation; undefined if the webhook has none with this id, or lists no longer show it.
 */
export async function findInvocation(
  { clock, database, retentionDays }: Parts,
  webhookId: string,
  invocationId: string,
): Promise<WholeInvocationRow | undefined> {
  if (!isId(invocationId)) return undefined;
  const lane = laneOf(webhookId);
  const [row] = await database.run(readInvocation, { lane, webhookId, id: invocationId });
  if (row === undefined) return undefined;
  // What waits is shown while it is stored: somebody may ask why it was not sent.
  const isShown =
    row.due_at !== null || row.latest_at.getTime() >= windowStart(clock.now(), retentionDays);
  return isShown ? row : undefined;
}
