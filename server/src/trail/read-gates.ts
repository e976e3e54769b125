import type { Runner } from '../database/database.ts';
import { type Permits, takePermits } from '../gates/rate-window.ts';
import { laneOf } from '../model/lanes.ts';
import type { Rules } from '../model/rules.ts';
import { type BreakerRow, readBreakers } from '../sql/read-breakers.ts';
import { readRateWindow } from '../sql/read-rate-window.ts';

/** What holds a webhook's invocations back at present, as all nodes see it. */
export interface Gates {
  /** Undefined while it is closed, and where the rules have none any more. */
  readonly breaker: BreakerRow | undefined;
  /** When the next permit can be had; undefined where there is one, or no limit. */
  readonly nextPermitAt: Date | undefined;
}

/** Reads the gates of a webhook: two rows at most. */
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

/** The earliest time at which both gates may let something through; undefined while they are open. */
export function opensAt({ breaker, nextPermitAt }: Gates): Date | undefined {
  const probeAt = breaker?.next_probe_at;
  if (probeAt === undefined || nextPermitAt === undefined) return probeAt ?? nextPermitAt;
  return probeAt > nextPermitAt ? probeAt : nextPermitAt;
}
