import { ulid } from 'ulid';
import type { Runner } from '../database/database.ts';
import { firstIdAt, idTimeMs } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { DAY_MS } from '../model/time-units.ts';
import { findArchivedRemoteIds } from '../sql/find-archived-remote-ids.ts';
import { readArchivedErasures } from '../sql/read-archived-erasures.ts';
import { readArchivedOutcomes } from '../sql/read-archived-outcomes.ts';
import {
  endArchivedRenumbering,
  renumberArchivedOutcomes,
  storeArchivedInvocations,
  storeArchivedOutcomes,
} from '../sql/store-archived-rows.ts';
import { readArchivedWanted, wantArchivedBodies } from '../sql/want-archived-bodies.ts';
import type { ArchiveParts } from './archive-parts.ts';
import { LOG_MS } from './poll/conclude-poll.ts';
import {
  type IdentifiedOutcome,
  type Merged,
  MOST_OUTCOMES,
  mergeOutcomes,
} from './poll/merge-outcomes.ts';
import type { RemoteOutcome } from './poll/remote-outcome.ts';
import { usableId } from './poll/usable-id.ts';
import { type BodiesRule, wantsBody } from './poll/wants-body.ts';

/** A page of the log, joined with what is archived, and what writes it. */
export interface PreparedPage {
  readonly rows: readonly RemoteOutcome[];
  readonly merged: Merged;
  /** Bodies to fetch, as far as they were not before. */
  readonly wanted: number;
  readonly wantedFailures: number;
  /** Runs in the transaction that moves the walk. */
  write(runner: Runner): Promise<void>;
}

/** An own id stands for a remote one as long as the service may list it, and longer. */
const LOCAL_ID_MS = 40 * DAY_MS;

/**
 * Finds out what is new of a page of the log of a webhook. Only the node that has the lease of the source
 * writes its rows, so what this read still holds when `write` runs.
 */
export async function preparePage(
  { clock, database, keptMs, makeMonths }: ArchiveParts,
  webhookId: string,
  page: readonly RemoteOutcome[],
  { remoteMs, rule }: { readonly remoteMs: number; readonly rule: BodiesRule },
): Promise<PreparedPage> {
  const nowMs = clock.now();
  const one = { lane: laneOf(webhookId), webhookId };
  const rows = page.filter(({ completedMs }) => completedMs > nowMs - keptMs);
  const identified = await identify(rows);
  const invocationIds = [...new Set(identified.map(({ id }) => id))];
  const stored =
    invocationIds.length === 0
      ? []
      : await database.run(readArchivedOutcomes, { ...one, invocationIds, limit: MOST_OUTCOMES });
  const merged = mergeOutcomes(identified, stored);
  await makeMonths(merged.invocations.map(({ id }) => idTimeMs(id)));
  const erased = await erasedOf(merged.invocations);
  const wanted = merged.invocations
    .filter((one) => one.latestMs > remoteMs - LOG_MS && wantsBody(one, rule))
    .filter(({ id }) => !erased.has(id))
    .map(({ id, latestMs, status }) => ({
      invocationId: id,
      failed: status !== 'success',
      completedMs: latestMs,
    }));
  const before =
    wanted.length === 0
      ? []
      : await database.run(readArchivedWanted, {
          ...one,
          invocationIds: wanted.map(({ invocationId }) => invocationId),
        });
  const failuresOf = (some: readonly { readonly failed: boolean }[]) =>
    some.filter(({ failed }) => failed).length;

  return {
    rows,
    merged,
    wanted: wanted.length - before.length,
    wantedFailures: failuresOf(wanted) - failuresOf(before),
    async write(runner) {
      const { invocations, outcomes, renumbered } = merged;
      if (renumbered.length > 0) {
        await runner.run(renumberArchivedOutcomes, { ...one, outcomes: renumbered });
        const ids = [...new Set(renumbered.map(({ invocationId }) => invocationId))];
        await runner.run(endArchivedRenumbering, { ...one, invocationIds: ids });
      }
      if (outcomes.length > 0) {
        await runner.run(storeArchivedOutcomes, { ...one, outcomes });
        await runner.run(storeArchivedInvocations, { ...one, invocations });
      }
      if (wanted.length > 0) await runner.run(wantArchivedBodies, { ...one, wanted });
    },
  };

  /** Which of them were erased: nothing brings their bodies back. */
  async function erasedOf(some: Merged['invocations']): Promise<ReadonlySet<string>> {
    // Those that had no outcome before cannot be among them.
    const known = some.filter(({ outcomesCount }) => outcomesCount > 1).map(({ id }) => id);
    if (known.length === 0) return new Set();
    const found = await database.run(readArchivedErasures, { ...one, invocationIds: known });
    return new Set(found.map(({ id }) => id));
  }

  async function identify(some: readonly RemoteOutcome[]): Promise<IdentifiedOutcome[]> {
    // Of all rows: an id that was ahead of our clock when it came has one of ours, and keeps it.
    const remoteIds = [...new Set(some.map((row) => row.remoteId))];
    const local = new Map<string, string>();
    if (remoteIds.length > 0) {
      const known = await database.run(findArchivedRemoteIds, {
        ...one,
        remoteIds,
        firstId: firstIdAt(nowMs - LOCAL_ID_MS),
      });
      for (const { id, remote_id: remoteId } of known) local.set(remoteId, id);
    }
    return some.map((row) => {
      let id = local.get(row.remoteId);
      if (id === undefined && usableId(row.remoteId, nowMs, keptMs)) id = row.remoteId;
      if (id === undefined) {
        // Of the month of its row, which is there.
        id = ulid(Math.min(nowMs, Math.max(row.completedMs, nowMs - LOCAL_ID_MS + DAY_MS)));
        local.set(row.remoteId, id);
      }
      return { ...row, id };
    });
  }
}
