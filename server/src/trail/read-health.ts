import type { Runner } from '../database/database.ts';
import type { Clock } from '../model/clock.ts';
import { laneOf } from '../model/lanes.ts';
import type { Rules } from '../model/rules.ts';
import { MINUTE_MS } from '../model/time-units.ts';
import { nextDue } from '../sql/next-due.ts';
import { readCounts } from '../sql/read-counts.ts';
import { type Gates, readGates } from './read-gates.ts';

/** The current health of a webhook, over all nodes. */
export interface Health {
  readonly gates: Gates;
  readonly windowMs: number;
  readonly requests: number;
  readonly errors: number;
  /** When its oldest due invocation fell due; undefined if none is due. */
  readonly waitingSince: Date | undefined;
}

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
}

/** The window of webhooks without a breaker. */
const WINDOW_MS = 5 * MINUTE_MS;

/** Reads the health of a webhook: a few rows, whatever the backlog. */
export async function readHealth(
  { clock, database }: Parts,
  webhookId: string,
  rules: Rules,
): Promise<Health> {
  const lane = laneOf(webhookId);
  const windowMs = rules.breaker?.windowMs ?? WINDOW_MS;
  const [gates, [counts], [next]] = await Promise.all([
    readGates(database, webhookId, rules),
    database.run(readCounts, { lane, webhookId, windowMs }),
    database.run(nextDue, { lane, webhooks: [{ webhookId }] }),
  ]);
  return {
    gates,
    windowMs,
    requests: counts?.requests ?? 0,
    errors: counts?.errors ?? 0,
    waitingSince:
      next === undefined || next.in_ms > 0 ? undefined : new Date(clock.now() + next.in_ms),
  };
}
