import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import type { Directory } from '../../directory/directory.ts';
import type { Admission, Admitted } from '../../gates/admission.ts';
import { isSendable } from '../../gates/is-sendable.ts';
import { logFailure } from '../../log/log-failure.ts';
import type { DeliveryMetrics } from '../../metrics/delivery-metrics.ts';
import type { Clock } from '../../model/clock.ts';
import { historyEntry } from '../../model/history-entry.ts';
import { BLAMES_TO_GIVE_UP, suspicionOf } from '../../model/suspicion.ts';
import {
  type ClaimedRow,
  claimInvocations,
  type WantedWebhook,
} from '../../sql/claim-invocations.ts';
import { endInvocations } from '../../sql/end-invocations.ts';
import { endOrphans } from '../../sql/end-orphans.ts';
import { nextDue } from '../../sql/next-due.ts';
import { type EventKey, type ListedEventRow, readEvents } from '../../sql/read-events.ts';
import type { Courier } from '../courier/courier.ts';
import type { Places } from '../courier/places.ts';
import type { DueBounds } from './due-bounds.ts';

interface Parts {
  readonly admission: Admission;
  readonly bounds: DueBounds;
  readonly clock: Clock;
  readonly courier: Courier;
  readonly database: Database;
  readonly directory: Directory;
  readonly leaseMs: number;
  readonly log: Logger;
  readonly metrics?: DeliveryMetrics | undefined;
  /** Schedules a claim at a time (milliseconds since 1970). */
  readonly note: (webhookId: string, atMs: number) => void;
  readonly places: Places;
  /** Schedules a claim for when the webhook has room. */
  readonly waitForRoom: (webhookId: string) => void;
}

/** Leases due invocations of webhooks of one lane and delivers them to the courier. */
export type ClaimLane = (lane: number, webhookIds: ReadonlySet<string>) => Promise<void>;

/** Due rows that could not be claimed are locked by another node's statement, which is short. */
const LOCKED_WAIT_MS = 50;

const ORPHANS_AT_ONCE = 1_000;

/**
 * Webhooks whose gates ask the database, one after the other, in one claim. The rest wait for the next
 * claim of their account, or thousands of rate limits would keep a claim busy for seconds.
 */
const GATED_AT_ONCE = 8;

/** Bodies up to this many bytes are read with the claim; longer ones just before sending. */
const MAX_READ_BODY = 8 * 1024;

/**
 * Makes the claim of one lane. For each webhook:
 *
 * admitted by its gates -> places reserved -> rows leased -> delivered to the courier
 *
 * Then unused places, probes and permits are returned, and the next due time is noted. Rows of a
 * webhook that may not send stay due; those of a deleted webhook are ended.
 */
export function createClaimLane(parts: Parts): ClaimLane {
  const { admission, bounds, clock, courier, database, directory } = parts;
  const { leaseMs, log, metrics, note, places, waitForRoom } = parts;

  const fromBound = (webhookId: string) => ({
    webhookId,
    fromMs: bounds.fromMs(webhookId, clock.now()),
  });

  async function claimAdmitted(lane: number, admitted: readonly Admitted[]): Promise<void> {
    const wanted: WantedWebhook[] = [];
    const probes = new Set<string>();
    const permitted = new Set<string>();
    // No await, so no failure, between these reservations and the `try` that returns unused ones.
    for (const { webhookId, most, permits, probe } of admitted) {
      const room = Math.min(most, places.room(webhookId));
      if (room === 0) {
        waitForRoom(webhookId);
        continue;
      }
      places.reserve(webhookId, room);
      wanted.push({ ...fromBound(webhookId), room });
      if (probe) probes.add(webhookId);
      if (permits > 0) permitted.add(webhookId);
    }
    const taken = new Map(wanted.map(({ webhookId }) => [webhookId, 0]));
    try {
      if (wanted.length > 0) await claimWanted(lane, wanted, taken, probes, permitted);
    } finally {
      await giveBack(admitted, taken);
    }
  }

  /** Gives back the probes and permits that were not used, also where the claim failed. */
  async function giveBack(
    admitted: readonly Admitted[],
    taken: ReadonlyMap<string, number>,
  ): Promise<void> {
    for (const one of admitted) {
      try {
        await admission.giveBack(one, taken.get(one.webhookId) ?? 0);
      } catch (error) {
        // The others have a chance. A probe ends with its time, and a permit with its span.
        logFailure(log, error, 'could not give back a probe or permits');
      }
    }
  }

  /** Counts in `taken` how many were taken for each webhook. */
  async function claimWanted(
    lane: number,
    wanted: readonly WantedWebhook[],
    taken: Map<string, number>,
    probes: ReadonlySet<string>,
    permitted: ReadonlySet<string>,
  ): Promise<void> {
    const askedMs = clock.now();
    const lastDueMs = new Map<string, number>();
    try {
      const rows = await database.run(claimInvocations, { lane, wanted, leaseMs });
      for (const { was_due_ms: dueMs, webhook_id: webhookId } of rows) {
        lastDueMs.set(webhookId, Math.max(lastDueMs.get(webhookId) ?? 0, dueMs));
      }
      const lost = rows.filter((row) => row.lost).length;
      if (lost > 0) metrics?.leasesLost(lost);
      const events = await readShort(rows);
      const givenUp: ClaimedRow[] = [];
      for (const row of rows) {
        if (!row.leased) {
          log.warn(
            { invocation_id: row.id, webhook_id: row.webhook_id, nodes: row.blamed_count },
            'postponed an invocation whose node stopped while sending it',
          );
          note(row.webhook_id, row.due_at.getTime());
          continue;
        }
        if (row.blamed_count >= BLAMES_TO_GIVE_UP) {
          givenUp.push(row);
          continue;
        }
        taken.set(row.webhook_id, (taken.get(row.webhook_id) ?? 0) + 1);
        courier.deliver({
          id: row.id,
          lane,
          webhookId: row.webhook_id,
          eventId: row.event_id,
          eventType: row.event_type,
          attemptsCount: row.attempts_count,
          manualCount: row.manual_count,
          manual: row.manual,
          jobId: row.job_id ?? undefined,
          probe: probes.has(row.webhook_id),
          permitted: permitted.has(row.webhook_id),
          suspicion: suspicionOf(row.suspect_count, row.blamed_count),
          leasedUntilMs: row.due_at.getTime(),
          body: events.get(row.event_id)?.body ?? undefined,
          traceContext: events.get(row.event_id)?.trace_context ?? undefined,
        });
      }
      // After the others: they are leased already, and must not be lost if this fails.
      for (const row of givenUp) await giveUp(lane, row);
    } finally {
      for (const { webhookId, room } of wanted) {
        const unused = room - (taken.get(webhookId) ?? 0);
        if (unused > 0) places.cancel(webhookId, unused);
      }
    }
    const exhausted: string[] = [];
    for (const { fromMs = 0, room, webhookId } of wanted) {
      const dueMs = lastDueMs.get(webhookId);
      if (taken.get(webhookId) !== room || dueMs === undefined) exhausted.push(webhookId);
      else {
        // What was due before it was taken, or is locked by another node.
        bounds.learn(webhookId, { fromMs, askedMs }, dueMs - askedMs);
        note(webhookId, clock.now());
      }
    }
    await lookAhead(lane, exhausted);
  }

  /** The events with short bodies; where this fails, the courier reads each event itself. */
  async function readShort(rows: readonly ClaimedRow[]): Promise<Map<string, ListedEventRow>> {
    const wanted = new Map<string, EventKey>();
    for (const { event_id: id, webhook_id: webhookId } of rows) {
      const webhook = directory.webhook(webhookId);
      // Deleted a moment ago: it needs no body.
      if (webhook !== undefined) wanted.set(id, { accountId: webhook.accountId, id });
    }
    if (wanted.size === 0) return new Map();
    const events = await database
      .run(readEvents, { events: [...wanted.values()], maxBytes: MAX_READ_BODY })
      .catch((error: unknown) => {
        logFailure(log, error, 'could not read the bodies of claimed invocations');
        return [];
      });
    return new Map(events.map((event) => [event.id, event]));
  }

  /** Ends an invocation that kills the nodes that send it. */
  async function giveUp(lane: number, row: ClaimedRow): Promise<void> {
    const reason = `given up: ${row.blamed_count} nodes in a row stopped while sending it, all but the first while it was the only suspect`;
    log.error({ invocation_id: row.id, webhook_id: row.webhook_id }, reason);
    const ended = await database.run(endInvocations, {
      leases: [
        {
          lane,
          webhookId: row.webhook_id,
          invocationId: row.id,
          leasedUntilMs: row.due_at.getTime(),
        },
      ],
      reason,
      reasonCode: 'given up',
      entry: historyEntry(clock.now(), 'ended', reason),
    });
    metrics?.finished('given up', ended.length);
  }

  /** Notes the next due time of webhooks that have no more to be claimed. */
  async function lookAhead(lane: number, exhausted: readonly string[]): Promise<void> {
    if (exhausted.length === 0) return;
    const askedMs = clock.now();
    const webhooks = exhausted.map(fromBound);
    const found = await database.run(nextDue, { lane, webhooks });
    const dueIn = new Map(found.map(({ webhook_id: webhookId, in_ms: inMs }) => [webhookId, inMs]));
    for (const { fromMs, webhookId } of webhooks) {
      const inMs = dueIn.get(webhookId);
      bounds.learn(webhookId, { fromMs, askedMs }, inMs);
      if (inMs !== undefined) note(webhookId, clock.now() + Math.max(inMs, LOCKED_WAIT_MS));
    }
  }

  /** Ends a page of invocations; the next page waits for its turn. */
  async function endSomeOrphans(lane: number, webhookId: string): Promise<void> {
    const ended = await database.run(endOrphans, {
      lane,
      webhookId,
      limit: ORPHANS_AT_ONCE,
      entry: historyEntry(clock.now(), 'ended', 'the webhook was deleted'),
    });
    metrics?.finished('webhook deleted', ended.length);
    if (ended.length === ORPHANS_AT_ONCE) note(webhookId, clock.now());
  }

  return async (lane, webhookIds) => {
    const free: Admitted[] = [];
    const gated: string[] = [];
    const deleted: string[] = [];
    for (const webhookId of webhookIds) {
      const webhook = directory.webhook(webhookId);
      if (webhook === undefined) {
        deleted.push(webhookId);
        // A claim that ran when it was deleted may have noted something.
        bounds.forget(webhookId);
        admission.forget(webhookId);
      } else if (isSendable(webhook, directory.account(webhook.accountId))) {
        const admitted = admission.admitFree(webhookId);
        if (admitted !== undefined) free.push(admitted);
        else gated.push(webhookId);
      }
    }
    // Most have no gate, and do not wait for those that have one.
    await claimAdmitted(lane, free);
    for (const webhookId of gated.splice(GATED_AT_ONCE)) note(webhookId, clock.now());
    for (const webhookId of gated) {
      const admitted = await admission.admit(lane, webhookId);
      if (admitted !== undefined) await claimAdmitted(lane, [admitted]);
    }
    for (const webhookId of deleted) await endSomeOrphans(lane, webhookId);
  };
}
