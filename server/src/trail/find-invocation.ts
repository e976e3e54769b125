import type { Runner } from '../database/database.ts';
import type { Clock } from '../model/clock.ts';
import { isId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { inFamily } from '../sql/parts/in-family.ts';
import type { Family } from '../sql/parts/trail-family.ts';
import { readInvocation, type WholeInvocationRow } from '../sql/read-invocation.ts';
import { windowStart } from './window.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
  readonly retentionDays: number;
}

/** A webhook, and where its invocations are stored. */
export interface StoredWebhook {
  readonly id: string;
  readonly family: Family;
}

/** Which invocations are shown: those of a webhook's list, or all that are stored. */
export type Shown = 'listed' | 'stored';

/**
 * Reads one invocation; undefined if the webhook has none with this id, or lists no longer show it.
 */
export async function findInvocation(
  { clock, database, retentionDays }: Parts,
  { id: webhookId, family }: StoredWebhook,
  invocationId: string,
  shown: Shown = 'listed',
): Promise<WholeInvocationRow | undefined> {
  if (!isId(invocationId)) return undefined;
  const lane = laneOf(webhookId);
  const [row] = await database.run(inFamily(readInvocation, family), {
    lane,
    webhookId,
    id: invocationId,
  });
  if (row === undefined) return undefined;
  // What waits is shown while it is stored: somebody may ask why it was not sent.
  const isShown =
    shown === 'stored' ||
    row.due_at !== null ||
    row.latest_at.getTime() >= windowStart(clock.now(), family, retentionDays);
  return isShown ? row : undefined;
}
