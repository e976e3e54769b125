import type { Runner } from '../database/database.ts';
import { type Permits, takePermits } from '../gates/rate-window.ts';
import { laneOf } from '../model/lanes.ts';
import type { Rules } from '../model/rules.ts';
import { type BreakerRow, readBreakers } from '../sql/read-breakers.ts';
import { readRateWindow } from '../sql/read-rate-window.ts';

/** What currently holds a webhook's invocations back, on all nodes. */
export interface Gates {
  /** Undefined while it is closed, or if the rules have no breaker. */
  readonly breaker: BreakerRow | undefined;
  /** When the next permit is free; undefined if one is free now, or without a limit. */
  readonly nextPermitAt: Date | undefined;
}

/** Reads the gates of a webhook, at most two rows. */
export async function readGates(
  database: Runner,
  webhookId: string,
  rules: Pick<Rules, 'breaker' | 'rateLimit'>,
): Promise<Gates> {
  const { rateLimit } = rules;
  const [breaker] = rules.breaker === null ? [] : await database.run(readBreakers, [webhookId]);
  let nextPermitAt: Date | undefined;
  if (rateLimit !== null) {
    const [row] = await database.run(readRateWindow, { lane: laneOf(webhookId), webhookId });
    const permits = JSON.parse(row?.permits ?? '[]') as Permits;
    const nowMs = row?.now_ms ?? 0;
    const { nextAtMs } = takePermits(permits, rateLimit, nowMs, 0);
    if (nextAtMs > nowMs) nextPermitAt = new Date(nextAtMs);
  }
  return { breaker: breaker?.state === 'closed' ? undefined : breaker, nextPermitAt };
}

/** The earliest time at which both gates may let a request through; undefined while both do. */
export function opensAt({ breaker, nextPermitAt }: Gates): Date | undefined {
  const probeAt = breaker?.next_probe_at;
  if (probeAt === undefined || nextPermitAt === undefined) return probeAt ?? nextPermitAt;
  return probeAt > nextPermitAt ? probeAt : nextPermitAt;
}
