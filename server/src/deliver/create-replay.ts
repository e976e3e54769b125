import type { Database } from '../database/database.ts';
import { writeAudit } from '../directory/audit/write-audit.ts';
import type { Directory } from '../directory/directory.ts';
import type { RateLimiter } from '../gates/rate-limiter.ts';
import type { Act } from '../model/act.ts';
import type { Clock } from '../model/clock.ts';
import { historyEntry } from '../model/history-entry.ts';
import { laneOf } from '../model/lanes.ts';
import type { Rules } from '../model/rules.ts';
import { suspicionOf } from '../model/suspicion.ts';
import { Unavailable } from '../model/unavailable.ts';
import { type ReplayedRow, replayInvocation } from '../sql/replay-invocation.ts';
import type { Courier } from './courier/courier.ts';
import type { Places } from './courier/places.ts';

interface Parts {
  readonly clock: Clock;
  readonly courier: Courier;
  readonly database: Database;
  readonly directory: Pick<Directory, 'version' | 'refreshAccount'>;
  readonly leaseMs: number;
  readonly limiter: RateLimiter;
  readonly lookAfter: (webhookIds: readonly string[]) => void;
  readonly places: Places;
  readonly rulesOf: (webhookId: string) => Rules;
}

/** A manual attempt, as requested. */
export interface ReplayRequest {
  readonly webhookId: string;
  readonly invocationId: string;
  readonly accountId: number;
  /** Who requested it, for the audit. */
  readonly act: Act;
  /** Send even if the webhook may not send by itself. */
  readonly force: boolean;
  /**
   * Throws unless the directory, as this node knows it, allows the attempt. Called again when it
   * turns out that the node had not heard of a change.
   */
  readonly check: () => void;
}

/**
 * Sends an invocation once more, outside its retry schedule. Resolves to false if an attempt of it
 * is in flight.
 *
 * @throws {Unavailable} if it is forced and this node has no room for it.
 */
export type Replay = (request: ReplayRequest) => Promise<boolean>;

/** As for a match: each change that gets in between takes a round trip more. */
const MAX_CHECKS = 20;

/**
 * Makes what sends a manual attempt: from this node, immediately, past everything that holds other
 * invocations back except a rate limit, and past that too if forced. Without a permit or without
 * room, it becomes due for the claimers.
 *
 * The statement carries the version of the account's directory that the node checked with. If the
 * account has changed since, the node reads the change and checks again: a webhook that another
 * node deleted or paused gets no attempt, however late its notification is.
 */
export function createReplay(parts: Parts): Replay {
  const { clock, courier, database, directory, leaseMs, limiter, lookAfter, places, rulesOf } =
    parts;

  async function attempt(request: ReplayRequest, version: number): Promise<boolean> {
    const { accountId, webhookId, invocationId, act, force } = request;
    const lane = laneOf(webhookId);
    const limit = force ? null : rulesOf(webhookId).rateLimit;
    const permits = limit === null ? 0 : (await limiter.take(webhookId, limit, 1)).granted;
    const leased = (limit === null || permits > 0) && places.tryReserveByHand(webhookId);
    if (force && !leased) throw new Unavailable('this node has no room for another request', 1);
    let row: ReplayedRow | undefined;
    try {
      row = await database.transaction(async (runner) => {
        const [replayed] = await runner.run(replayInvocation, {
          accountId,
          version,
          lane,
          webhookId,
          id: invocationId,
          entry: historyEntry(
            clock.now(),
            'replayed',
            `requested by ${act.by?.tokenId ?? 'hooktrail'}`,
          ),
          leased,
          leaseMs,
        });
        if (replayed !== undefined) {
          const after = { webhook_id: webhookId, force };
          const target = { targetType: 'invocation', targetId: invocationId } as const;
          await writeAudit(runner, clock, { accountId, act, ...target, after });
        }
        return replayed;
      });
    } finally {
      if (leased && row === undefined) places.cancel(webhookId, 1);
    }
    if (permits > 0 && (!leased || row === undefined)) await limiter.giveBack(webhookId, permits);
    if (row === undefined) return false;
    if (!leased) {
      lookAfter([webhookId]);
      return true;
    }
    courier.deliver({
      id: invocationId,
      lane,
      webhookId,
      eventId: row.event_id,
      eventType: row.event_type,
      attemptsCount: row.attempts_count,
      manualCount: row.manual_count,
      manual: true,
      jobId: undefined,
      probe: false,
      suspicion: suspicionOf(row.suspect_count, row.blamed_count),
      permitted: permits > 0,
      leasedUntilMs: row.due_at.getTime(),
      body: undefined,
    });
    return true;
  }

  return async (request) => {
    const { accountId } = request;
    for (let checks = 1; ; checks++) {
      request.check();
      const version = directory.version(accountId);
      if (await attempt(request, version)) return true;
      if (directory.version(accountId) === version) await directory.refreshAccount(accountId);
      if (directory.version(accountId) === version) return false;
      if (checks >= MAX_CHECKS) {
        throw new Unavailable('the webhooks of this account change too fast to replay', 1);
      }
    }
  };
}
