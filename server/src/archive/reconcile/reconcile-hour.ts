import type { Runner } from '../../database/database.ts';
import { firstIdAt, idTimeMs } from '../../model/ids.ts';
import { INBOX_KEY } from '../../model/inbox-key.ts';
import { laneOf } from '../../model/lanes.ts';
import type { ReconcileKind } from '../../model/reconcile.ts';
import { DAY_MS, HOUR_MS } from '../../model/time-units.ts';
import { findArchivedRemoteIds } from '../../sql/find-archived-remote-ids.ts';
import {
  moveReconciled,
  removeReconcileHour,
  writeReconcileHour,
} from '../../sql/write-reconcile-hour.ts';
import {
  type ReconcileRow,
  removeReconcileRows,
  writeReconcileRows,
} from '../../sql/write-reconcile-rows.ts';
import { compareInvocation } from './compare-invocation.ts';
import { readArrivals } from './read-arrivals.ts';
import { type Arrival, readSlice, type Slice } from './read-slice.ts';

/** A webhook of a source, and the span of creation in which its invocations went to the inbox. */
export interface ComparedWebhook {
  readonly id: string;
  readonly remoteId: string;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** The webhooks of a source that send to one inbox. */
export interface ReconcileGroup {
  readonly accountId: number;
  readonly sourceId: string;
  readonly inboxId: string;
  readonly webhooks: readonly ComparedWebhook[];
}

/** An id of ours stands for a remote one that is not usable for as long (`prepare-page`). */
const LOCAL_ID_MS = 41 * DAY_MS;

/** What a sender may give as its id (`verify-received`). */
const SENDER_ID = /^[!-~]{1,255}$/;

type Counts = Record<ReconcileKind, number>;

/** A webhook with what was counted of it in an hour. */
interface Tally extends ComparedWebhook {
  readonly counts: Counts;
}

/**
 * Compares what was created in an hour: what each webhook lists with what the inbox received. An invocation is
 * of the hour of its id, which is the same on both sides, so it is counted once wherever its attempts lie.
 * Replaces the numbers of the hour and the invocations behind them, in the transaction of `runner`.
 */
export async function reconcileHour(
  runner: Runner,
  group: ReconcileGroup,
  hourMs: number,
  most?: { readonly listed: number; readonly keys: number },
): Promise<void> {
  const { accountId, inboxId, sourceId } = group;
  const tallies = group.webhooks
    .map(
      (webhook): Tally => ({
        ...webhook,
        sinceMs: Math.max(hourMs, webhook.sinceMs),
        untilMs: Math.min(hourMs + HOUR_MS, webhook.untilMs),
        counts: noCounts(),
      }),
    )
    .filter(({ sinceMs, untilMs }) => sinceMs < untilMs);
  if (tallies.length === 0) return;
  const webhookIds = tallies.map(({ id }) => id);
  const endId = firstIdAt(hourMs + HOUR_MS);
  for (let fromId = firstIdAt(hourMs); fromId < endId; ) {
    const asked = { accountId, inboxId, webhookIds, fromId, untilId: endId };
    const slice = await readSlice(runner, { ...asked, ...(most && { most }) });
    const rows = await compareSlice(runner, group, tallies, slice);
    for (const { id: webhookId } of tallies) {
      const params = {
        lane: laneOf(webhookId),
        webhookId,
        fromId,
        untilId: slice.untilId,
        rows: rows.get(webhookId) ?? [],
      };
      await runner.run(removeReconcileRows, params);
      if (params.rows.length > 0) await runner.run(writeReconcileRows, params);
    }
    fromId = slice.untilId;
  }
  for (const { counts, id: webhookId, sinceMs: fromMs, untilMs: toMs } of tallies) {
    const one = { sourceId, webhookId, hourMs };
    const isEmpty = Object.values(counts).every((count) => count === 0);
    if (isEmpty) await runner.run(removeReconcileHour, one);
    else await runner.run(writeReconcileHour, { ...one, ...counts, inboxId, fromMs, toMs });
    await runner.run(moveReconciled, { id: webhookId, untilMs: toMs });
  }
}

/** Counts a slice, and returns the invocations behind the numbers by webhook. */
async function compareSlice(
  runner: Runner,
  { accountId, inboxId }: ReconcileGroup,
  tallies: readonly Tally[],
  { arrivals, listed }: Slice,
): Promise<Map<string, ReconcileRow[]>> {
  const byId = new Map(tallies.map((tally) => [tally.id, tally]));
  const found = new Map<string, ReconcileRow[]>();
  const add = (tally: Tally, row: ReconcileRow): void => {
    tally.counts[row.kind]++;
    const rows = found.get(tally.id);
    if (rows === undefined) found.set(tally.id, [row]);
    else rows.push(row);
  };
  const odd = listed.flatMap(({ remote_id: id }) =>
    id !== null && SENDER_ID.test(id) ? [id] : [],
  );
  const oddArrived = await readArrivals(
    runner,
    accountId,
    odd.map((id) => `${INBOX_KEY}${inboxId} ${id}`),
  );
  const unlisted = new Map(arrivals);
  const failedArrived: { tally: Tally; id: string; key: string; arrivedMs: number }[] = [];
  for (const row of listed) {
    unlisted.delete(row.id);
    const tally = byId.get(row.webhook_id) as Tally;
    if (!isWithin(tally, row.id)) continue;
    const arrival = arrivalOf(row);
    const kind = compareInvocation(row, arrival !== undefined);
    if (kind === 'arrived') tally.counts.arrived++;
    else if (arrival === undefined)
      add(tally, {
        id: row.id,
        kind: kind as ReconcileRow['kind'],
        arrivedMs: null,
        eventId: null,
      });
    else if (kind === 'failed_arrived') failedArrived.push({ tally, id: row.id, ...arrival });
  }
  const facts = await readArrivals(
    runner,
    accountId,
    [...failedArrived, ...unlisted.values()].map(({ key }) => key),
  );
  for (const { arrivedMs, id, key, tally } of failedArrived) {
    add(tally, {
      id,
      kind: 'failed_arrived',
      arrivedMs,
      eventId: facts.get(key)?.event_id ?? null,
    });
  }
  const senders = new Map(tallies.map((tally) => [tally.remoteId, tally]));
  const candidates = new Map<Tally, { id: string; arrival: Arrival }[]>();
  for (const [id, arrival] of unlisted) {
    const sender = facts.get(arrival.key)?.sender_webhook_id;
    // Another webhook may send to this inbox, which is not archived.
    const tally = sender == null ? tallies[0] : senders.get(sender);
    if (tally === undefined || !isWithin(tally, id)) continue;
    const some = candidates.get(tally);
    if (some === undefined) candidates.set(tally, [{ id, arrival }]);
    else some.push({ id, arrival });
  }
  for (const [tally, some] of candidates) {
    // Listed under an id of ours, in another hour.
    const listedElsewhere = new Set(
      (
        await runner.run(findArchivedRemoteIds, {
          lane: laneOf(tally.id),
          webhookId: tally.id,
          remoteIds: some.map(({ id }) => id),
          firstId: firstIdAt(Math.max(0, tally.sinceMs - LOCAL_ID_MS)),
        })
      ).map(({ remote_id: remoteId }) => remoteId),
    );
    for (const { arrival, id } of some) {
      if (listedElsewhere.has(id)) continue;
      const eventId = facts.get(arrival.key)?.event_id ?? null;
      add(tally, { id, kind: 'not_listed', arrivedMs: arrival.arrivedMs, eventId });
    }
  }
  return found;

  function arrivalOf({ id, remote_id: remoteId }: Slice['listed'][number]) {
    if (remoteId === null) return arrivals.get(id);
    const key = `${INBOX_KEY}${inboxId} ${remoteId}`;
    const row = oddArrived.get(key);
    return row && { key, arrivedMs: row.arrived_at.getTime() };
  }
}

function isWithin({ sinceMs, untilMs }: ComparedWebhook, id: string): boolean {
  const atMs = idTimeMs(id);
  return atMs >= sinceMs && atMs < untilMs;
}

function noCounts(): Counts {
  return {
    arrived: 0,
    not_arrived: 0,
    failed: 0,
    failed_arrived: 0,
    never_sent: 0,
    not_listed: 0,
  };
}
