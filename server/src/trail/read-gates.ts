import type { Runner } from '../database/database.ts';
import { cappedLimit } from '../gates/capped-limit.ts';
import { type Permits, takePermits } from '../gates/rate-window.ts';
import { laneOf } from '../model/lanes.ts';
import type { Rules } from '../model/rules.ts';
import { type BreakerRow, readBreakers } from '../sql/read-breakers.ts';
import { type HandshakeRow, readHandshakes } from '../sql/read-handshakes.ts';
import { readRateWindow } from '../sql/read-rate-window.ts';

/** What currently holds a webhook's invocations back, on all nodes. */
export interface Gates {
  /** Undefined while it is closed, or if the rules have no breaker. */
  readonly breaker: BreakerRow | undefined;
  /** When the next permit is free; undefined if one is free now, or without a limit. */
  readonly nextPermitAt: Date | undefined;
  /** What its endpoint answered; undefined: the rules do not ask it, or it was not asked yet. */
  readonly handshake?: HandshakeRow | undefined;
}

/** Reads the gates of a webhook, at most three rows. */
export async function readGates(
  database: Runner,
  webhookId: string,
  rules: Pick<Rules, 'breaker' | 'cloudEvents' | 'rateLimit'>,
): Promise<Gates> {
  const asks = rules.cloudEvents?.handshake === true;
  const [handshake] = asks ? await database.run(readHandshakes, [webhookId]) : [];
  const allowed = handshake?.allowed_rate ?? null;
  const rateLimit = allowed === null ? rules.rateLimit : cappedLimit(rules.rateLimit, allowed);
  const [breaker] = rules.breaker === null ? [] : await database.run(readBreakers, [webhookId]);
  let nextPermitAt: Date | undefined;
  if (rateLimit !== null) {
    const [row] = await database.run(readRateWindow, { lane: laneOf(webhookId), webhookId });
    const permits = JSON.parse(row?.permits ?? '[]') as Permits;
    const nowMs = row?.now_ms ?? 0;
    const { nextAtMs } = takePermits(permits, rateLimit, nowMs, 0);
    if (nextAtMs > nowMs) nextPermitAt = new Date(nextAtMs);
  }
  return { breaker: breaker?.state === 'closed' ? undefined : breaker, nextPermitAt, handshake };
}

/** The earliest time at which all gates may let a request through; undefined while they do. */
export function opensAt({ breaker, handshake, nextPermitAt }: Gates): Date | undefined {
  if (handshake !== undefined && handshake.state !== 'allowed') return handshake.next_at;
  const probeAt = breaker?.next_probe_at;
  if (probeAt === undefined || nextPermitAt === undefined) return probeAt ?? nextPermitAt;
  return probeAt > nextPermitAt ? probeAt : nextPermitAt;
}
