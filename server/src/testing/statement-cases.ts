import type { Query } from '../database/query.ts';
import { firstIdAt, newId } from '../model/ids.ts';
import { DAY_MS, HOUR_MS } from '../model/time-units.ts';
import { appendHold } from '../sql/append-hold.ts';
import { beginSuspect } from '../sql/begin-suspect.ts';
import { claimInvocations } from '../sql/claim-invocations.ts';
import { closeBreaker } from '../sql/close-breaker.ts';
import { countDue } from '../sql/count-due.ts';
import { countOpenJobs } from '../sql/count-open-jobs.ts';
import { countOutcomes } from '../sql/count-outcomes.ts';
import { countTokens } from '../sql/count-tokens.ts';
import { deleteExcessSessions } from '../sql/delete-excess-sessions.ts';
import { deleteExpiredKeys } from '../sql/delete-expired-keys.ts';
import { deleteOldAudit } from '../sql/delete-old-audit.ts';
import { deleteOldFilters } from '../sql/delete-old-filters.ts';
import {
  deleteJob,
  deleteJobItems,
  deleteSettledItems,
  readOldJobs,
} from '../sql/delete-old-jobs.ts';
import { deleteOldDays, deleteOldHours } from '../sql/delete-old-rollups.ts';
import { deleteOldSessions } from '../sql/delete-old-sessions.ts';
import { deleteOldWriters } from '../sql/delete-old-writers.ts';
import { deleteRollupDue } from '../sql/delete-rollup-due.ts';
import { deleteSession } from '../sql/delete-session.ts';
import { deleteToken } from '../sql/delete-token.ts';
import { deleteView } from '../sql/delete-view.ts';
import { deleteWebhook } from '../sql/delete-webhook.ts';
import { endInvocations } from '../sql/end-invocations.ts';
import { endOrphans } from '../sql/end-orphans.ts';
import { findDueWebhooks } from '../sql/find-due-webhooks.ts';
import { findInvocationWebhook } from '../sql/find-invocation-webhook.ts';
import { findKeyLanes } from '../sql/find-key-lanes.ts';
import { findKeyedEvents } from '../sql/find-keyed-events.ts';
import { foldDeltas } from '../sql/fold-deltas.ts';
import { foldKeys } from '../sql/fold-keys.ts';
import { forgetWebhooks } from '../sql/forget-webhooks.ts';
import { insertAccount } from '../sql/insert-account.ts';
import { insertAudit } from '../sql/insert-audit.ts';
import { insertEvents, insertKeyedEvents } from '../sql/insert-events.ts';
import { insertFilter } from '../sql/insert-filter.ts';
import { insertFirstToken } from '../sql/insert-first-token.ts';
import { insertJob } from '../sql/insert-job.ts';
import { insertJobInvocations } from '../sql/insert-job-invocations.ts';
import { insertJobItems } from '../sql/insert-job-items.ts';
import { insertMainAccount } from '../sql/insert-main-account.ts';
import { insertSession } from '../sql/insert-session.ts';
import { insertToken } from '../sql/insert-token.ts';
import { insertView } from '../sql/insert-view.ts';
import { insertWriter } from '../sql/insert-writer.ts';
import { keepSetting } from '../sql/keep-setting.ts';
import { lockAccount } from '../sql/lock-account.ts';
import { lockAccounts } from '../sql/lock-accounts.ts';
import { lockDirectory } from '../sql/lock-directory.ts';
import { lockInvocations } from '../sql/lock-invocations.ts';
import { lockRateWindow } from '../sql/lock-rate-window.ts';
import { lockWebhook } from '../sql/lock-webhook.ts';
import { lockWriter } from '../sql/lock-writer.ts';
import { makeRollupDay, makeRollupHour } from '../sql/make-rollups.ts';
import { mergeKeyNode } from '../sql/merge-key-node.ts';
import { moveJob } from '../sql/move-job.ts';
import { moveWriter } from '../sql/move-writer.ts';
import { nextDue } from '../sql/next-due.ts';
import { notify } from '../sql/notify.ts';
import { openBreaker } from '../sql/open-breaker.ts';
import { parkInvocations } from '../sql/park-invocations.ts';
import type { InvocationFilter } from '../sql/parts/invocation-filter.ts';
import { nodesOf } from '../sql/parts/key-nodes.ts';
import type { InFamilies } from '../sql/parts/trail-family.ts';
import { probeFilters } from '../sql/probe-filters.ts';
import { readAccountEvents } from '../sql/read-account-events.ts';
import {
  readAccount,
  readAccounts,
  readAccountsAbove,
  readAccountsBelow,
  readAccountsById,
} from '../sql/read-accounts.ts';
import { readArchiveStart } from '../sql/read-archive-start.ts';
import {
  readArchiveWebhook,
  readArchiveWebhooks,
  readArchiveWebhooksAbove,
  readArchiveWebhooksBelow,
} from '../sql/read-archive-webhooks.ts';
import { readAttemptOutcomes } from '../sql/read-attempt-outcomes.ts';
import { readAttemptTexts } from '../sql/read-attempt-texts.ts';
import { readAttempts } from '../sql/read-attempts.ts';
import { readAudit } from '../sql/read-audit.ts';
import { readBreakers } from '../sql/read-breakers.ts';
import { readCitus } from '../sql/read-citus.ts';
import { readClock } from '../sql/read-clock.ts';
import { readCounts } from '../sql/read-counts.ts';
import { readCreatedInvocations } from '../sql/read-created-invocations.ts';
import {
  readDeletedWebhook,
  readDeletedWebhookNames,
  readDeletedWebhooks,
  readDeletedWebhooksAbove,
  readDeletedWebhooksBelow,
} from '../sql/read-deleted-webhooks.ts';
import { readDeltaMarks } from '../sql/read-delta-marks.ts';
import { readDeltaNumbers } from '../sql/read-delta-numbers.ts';
import { readDeltas, readWriterDeltas } from '../sql/read-deltas.ts';
import { readEvent, readOwnEvent } from '../sql/read-event.ts';
import { readEventBody } from '../sql/read-event-body.ts';
import {
  readArchivedEventInvocations,
  readEventInvocations,
} from '../sql/read-event-invocations.ts';
import { readEvents } from '../sql/read-events.ts';
import { readFedEvents } from '../sql/read-fed-events.ts';
import { readFedWebhooks } from '../sql/read-fed-webhooks.ts';
import { readFilterEnds } from '../sql/read-filter-ends.ts';
import { readFoundEvents } from '../sql/read-found-events.ts';
import { readFoundInvocations } from '../sql/read-found-invocations.ts';
import { readFullKeyNodes } from '../sql/read-full-key-nodes.ts';
import { readIdempotencyKeys } from '../sql/read-idempotency-keys.ts';
import { readInvocation } from '../sql/read-invocation.ts';
import { readInvocations } from '../sql/read-invocations.ts';
import { readInvocationsByKey } from '../sql/read-invocations-by-key.ts';
import {
  readPendingNewest,
  readPendingOldest,
  readSentItems,
  readSkippedAfter,
  readSkippedBefore,
} from '../sql/read-job-items.ts';
import { readJobOutcomes } from '../sql/read-job-outcomes.ts';
import { readJobWebhooks } from '../sql/read-job-webhooks.ts';
import { lockJob, readJob, readJobsAbove, readJobsBelow } from '../sql/read-jobs.ts';
import { readKeyedEvents } from '../sql/read-keyed-events.ts';
import { readKeyedInvocations } from '../sql/read-keyed-invocations.ts';
import { readLastDelta } from '../sql/read-last-delta.ts';
import { readLateAttempts } from '../sql/read-late-attempts.ts';
import { readLateIndex } from '../sql/read-late-index.ts';
import { readLatestInvocations } from '../sql/read-latest-invocations.ts';
import { readNextDelta } from '../sql/read-next-delta.ts';
import { readOpenBreakers } from '../sql/read-open-breakers.ts';
import { readOwnIdIndex } from '../sql/read-own-id-index.ts';
import { readPlainHeaders } from '../sql/read-plain-headers.ts';
import { readRateWindow } from '../sql/read-rate-window.ts';
import { readReplayable } from '../sql/read-replayable.ts';
import { readRequestHeaders } from '../sql/read-request-headers.ts';
import { readRollupDue } from '../sql/read-rollup-due.ts';
import { readDays, readHours, readMinutes } from '../sql/read-rollups.ts';
import { readSession } from '../sql/read-session.ts';
import { readSetting } from '../sql/read-setting.ts';
import { readSnapshot } from '../sql/read-snapshot.ts';
import { readSources } from '../sql/read-sources.ts';
import { readSpanAttempts } from '../sql/read-span-attempts.ts';
import { readSpanEvents } from '../sql/read-span-events.ts';
import { readTokens, readTokensAbove, readTokensBelow } from '../sql/read-tokens.ts';
import { readUnfolded } from '../sql/read-unfolded.ts';
import { readView } from '../sql/read-view.ts';
import { readViews } from '../sql/read-views.ts';
import { readAccountWebhookPage, readWebhookPage, readWebhooks } from '../sql/read-webhooks.ts';
import { readWriters } from '../sql/read-writers.ts';
import { recordOutcomes } from '../sql/record-outcomes.ts';
import { type LeaseRow, renewLeases } from '../sql/renew-leases.ts';
import { reopenBreaker } from '../sql/reopen-breaker.ts';
import { replayInvocation } from '../sql/replay-invocation.ts';
import { replayInvocations } from '../sql/replay-invocations.ts';
import { returnLeases } from '../sql/return-leases.ts';
import { searchAttempts } from '../sql/search-attempts.ts';
import { searchEvents } from '../sql/search-events.ts';
import { searchInvocationAttempts } from '../sql/search-invocation-attempts.ts';
import { searchLateAttempts } from '../sql/search-late-attempts.ts';
import { settleJobItems } from '../sql/settle-job-items.ts';
import { takeJob } from '../sql/take-job.ts';
import { takeProbe } from '../sql/take-probe.ts';
import { tryLock } from '../sql/try-lock.ts';
import { updateAccount } from '../sql/update-account.ts';
import { updateView } from '../sql/update-view.ts';
import { voidDelta } from '../sql/void-delta.ts';
import { voidMissing } from '../sql/void-missing.ts';
import { withdrawInvocations } from '../sql/withdraw-invocations.ts';
import { writeDirectory } from '../sql/write-directory.ts';
import { writeJob } from '../sql/write-job.ts';
import { writeRateWindow } from '../sql/write-rate-window.ts';
import { writeSealedHeaders } from '../sql/write-sealed-headers.ts';
import { writeWebhook } from '../sql/write-webhook.ts';
import {
  ARCHIVE_PARTITIONS,
  type FilledTrail,
  keyedEvent,
  LANE,
  NOW_MS,
  PARTITIONS,
} from './filled-trail.ts';
import type { LaneTable } from './lane-problems.ts';
import { outcomeOf } from './test-trail.ts';

/** A filter of invocations that sets everything. */
const EVERY_CONDITION: InvocationFilter = {
  statuses: ['success', 'circuit broken'],
  codes: '{[200,300)}',
  attempts: '{[0,10)}',
  took: '{[-1,1000)}',
  completed: '{["2026-01-01","2027-01-01")}',
  errors: ['', 'dns'],
  reasons: ['', 'paused'],
  triggers: ['schedule'],
  jobs: ['01KB8YQ6T5B3S8D1F4G7H9J2KM'],
  notJobs: ['01KB8YQ6T5B3S8D1F4G7H9J2KM'],
  states: [0, 2, 3],
  types: ['a.%'],
  notTypes: ['b.%'],
  moreTypes: [{ term: 0, pattern: '%' }],
  undelivered: false,
};

/** A call of a statement on a filled trail, and what it may read. */
export interface StatementCase {
  readonly query: Query<never, unknown>;
  readonly params: unknown;
  /**
   * The lane tables that it names, each with the number of partitions that it may read at most: 0
   * for a table that is only written, 1 for a table without partitions.
   */
  readonly reads: Partial<Record<LaneTable, number>>;
  /** The reason, if it may read all lanes. */
  readonly everyLane?: string;
  /** All of its tables without this. */
  readonly everyLaneOf?: readonly LaneTable[];
  /** The reason, if PostgreSQL has no plan for it. */
  readonly noPlan?: string;
}

/** The calls of every file of `server/src/sql` on a filled trail. */
export function statementCases({
  crowded,
  neighbours,
  few,
}: FilledTrail): Readonly<Record<string, readonly StatementCase[]>> {
  const id = newId(NOW_MS);
  const at = new Date(NOW_MS);
  const mark = { lane: LANE, writer: id, number: 1, low: 1, madeAtMs: NOW_MS };
  const webhookId = neighbours[0] as string;
  const one = { lane: LANE, webhookId };
  const [today] = few as [FilledTrail['few'][number]];
  // Of two days, that is, in two partitions.
  const ofTwoDays = [few[1], few[4]].map((row) => ({
    ...one,
    invocationId: row?.id as string,
    leasedUntilMs: NOW_MS,
  }));
  const leases = { query: ofTwoDays, reads: { invocation: 2 } } as const;
  const keys = [keyedEvent('key 2'), keyedEvent('new')];
  const accepted = {
    versions: [{ accountId: 1, version: 0 }],
    events: [{ id, accountId: 1, type: 'a.b', body: '{}' }],
    invocations: [{ id, lane: LANE, webhookId, eventId: id, eventType: 'a.b', leased: true }],
    leaseMs: 30_000,
    mark,
    keyBatches: {
      hashes: [1, 2],
      events: [id, id],
      rows: [{ lane: LANE, accountId: 1, firstId: id, lastId: id, from: 1, to: 2 }],
    },
  };
  const keyDay = { from: firstIdAt(DAY_MS * Math.floor(NOW_MS / DAY_MS)), before: id };
  const savedView = { id, name: 'x', screen: 'x', search: '', columns: ['x'], updatedMs: NOW_MS };
  const webhookPage = { accountId: 1, version: 0, id, limit: 10, maxBytes: 1_000 };
  const ranges = [{ firstId: firstIdAt(0), endId: firstIdAt(NOW_MS + 9 * DAY_MS) }];
  const due = { lane: LANE, withinMs: 60_000, ranges };
  const account = {
    id: 1,
    name: 'main',
    profile: 'durable',
    suspended_at: null,
    search_keys: null,
  } as const;
  const above = firstIdAt(0);
  const listed = {
    ...one,
    filters: { status: 'accepted' },
    firstId: firstIdAt(NOW_MS - 2 * DAY_MS),
    startId: firstIdAt(0),
    limit: 10,
  } as const;
  // Of a day, which has parts in two.
  const span = { fromId: firstIdAt(NOW_MS - DAY_MS), untilId: firstIdAt(NOW_MS) };
  const patterns = { all: ['%order%'], any: ['%'] };
  const audited = { accountId: 1, filters: { operation: 'x' }, above, below: id, limit: 10 };

  const hour = new Date(Math.floor(NOW_MS / HOUR_MS) * HOUR_MS);
  const rolledUp = {
    counted: [{ lane: LANE, id: webhookId }],
    accountId: 1,
    from: new Date(hour.getTime() - HOUR_MS),
    to: hour,
    by: { counted: true, at: true, status: true, error: true },
    statuses: null,
    errors: null,
    unfolded: 10,
  };
  const byWriter = 'a delta lies in the lane of what it records: the key begins with its writer';

  const ofJob = { jobId: id, limit: 5 };
  const ofWebhookOfJob = { ...ofJob, webhookId };
  const selectedItem = {
    webhookId,
    invocationId: today.id,
    attemptsCount: 1,
    state: 'pending',
    reason: null,
  } as const;
  const byJob = { accountId: 1, version: 0, jobId: id, ...one, mark };

  return {
    'count-open-jobs': [of(countOpenJobs, { accountId: 1, before: id })],
    'delete-old-jobs': [
      of(readOldJobs, { keepMs: DAY_MS, limit: 5 }),
      of(deleteJobItems, ofJob),
      of(deleteSettledItems, ofJob),
      of(deleteJob, id),
    ],
    'insert-job': [
      of(insertJob, {
        id,
        accountId: 1,
        kind: 'replay',
        requestedBy: 'x',
        note: null,
        spec: {},
        progress: {},
      }),
    ],
    'insert-job-invocations': [
      of(
        insertJobInvocations,
        { ...byJob, items: [{ id, eventId: id, eventType: 'a.b', entry: '{}' }] },
        { invocation: 0, delta: 0 },
      ),
    ],
    'insert-job-items': [of(insertJobItems, { jobId: id, items: [selectedItem] })],
    'move-job': [
      of(moveJob, {
        id,
        holder: id,
        from: 'running',
        to: 'running',
        stage: 'running',
        busy: true,
        reasonCode: null,
        reason: null,
        progress: {},
        startedAtMs: NOW_MS,
        endedAtMs: null,
        leaseMs: 1,
      }),
    ],
    'read-job-items': [
      of(readPendingOldest, ofWebhookOfJob),
      of(readPendingNewest, ofWebhookOfJob),
      of(readSentItems, ofJob),
      of(readSkippedAfter, { ...ofWebhookOfJob, invocationId: id }),
      of(readSkippedBefore, { ...ofWebhookOfJob, invocationId: id }),
    ],
    'read-job-outcomes': [
      of(
        readJobOutcomes,
        { jobId: id, sent: [{ webhookId, id: today.id, after: 0 }] },
        { invocation: 1, attempt: 1 },
      ),
    ],
    'read-job-webhooks': [of(readJobWebhooks, ofJob)],
    'read-jobs': [
      of(readJob, { accountId: 1, id }),
      of(lockJob, { accountId: 1, id }),
      of(readJobsBelow, { accountId: 1, from: id, limit: 5 }),
      of(readJobsAbove, { accountId: 1, from: id, limit: 5 }),
    ],
    'read-replayable': [of(readReplayable, { ...one, ids: [today.id] }, { invocation: 1 })],
    'replay-invocations': [
      of(
        replayInvocations,
        { ...byJob, items: [{ id: today.id, attemptsCount: 1 }], entry: '{}' },
        { invocation: 1, delta: 0 },
      ),
    ],
    'settle-job-items': [
      of(settleJobItems, {
        jobId: id,
        items: [{ ...selectedItem, from: 'pending', to: 'sent', targetId: null }],
      }),
    ],
    'take-job': [of(takeJob, { holder: id, leaseMs: 1, held: [id] })],
    'withdraw-invocations': [
      of(
        withdrawInvocations,
        { jobId: id, ...one, ids: [today.id], mark },
        { invocation: 1, delta: 0 },
      ),
    ],
    'write-job': [
      of(writeJob, {
        id,
        state: 'paused',
        busy: true,
        reasonCode: null,
        reason: null,
        spec: {},
        endedAtMs: null,
        released: true,
      }),
    ],
    'delete-old-rollups': [
      of(deleteOldHours, { lane: LANE, keepMs: DAY_MS }, { rollup_hour: 1 }),
      of(deleteOldDays, { lane: LANE, keepMs: DAY_MS }, { rollup_day: 1 }),
    ],
    'delete-old-writers': [
      {
        ...of(deleteOldWriters, { before: firstIdAt(NOW_MS - 3 * DAY_MS) }, { delta: PARTITIONS }),
        everyLane: byWriter,
      },
    ],
    'delete-rollup-due': [
      of(deleteRollupDue, { lane: LANE, unit: 'hour', at: hour }, { rollup_due: 1 }),
    ],
    'fold-deltas': [
      {
        ...of(
          foldDeltas,
          { writer: id, numbers: [1, 2], fold: id },
          { delta: 1, rollup_minute: 0, rollup_due: 0 },
        ),
        everyLane: byWriter,
      },
    ],
    'lock-writer': [of(lockWriter, id)],
    'make-rollups': [
      of(makeRollupHour, { lane: LANE, at: hour }, { rollup_minute: 1, rollup_hour: 0 }),
      of(makeRollupDay, { lane: LANE, at: hour }, { rollup_hour: 1, rollup_day: 0 }),
    ],
    'move-writer': [of(moveWriter, { id, next: 5, missing: [3], low: 3 })],
    'read-delta-marks': [
      {
        ...of(readDeltaMarks, { writer: id, next: 5, missing: [3], limit: 5 }, { delta: 1 }),
        everyLane: byWriter,
      },
    ],
    'read-rollup-due': [
      {
        ...of(readRollupDue, undefined, { rollup_due: 1 }),
        everyLane: 'a few hours and days for each lane, looked at once a minute',
      },
    ],
    'read-rollups': [
      of(readMinutes, rolledUp, { rollup_minute: 2, delta: PARTITIONS }),
      of(readHours, rolledUp, {
        rollup_minute: 2,
        rollup_hour: 1,
        rollup_due: 1,
        delta: PARTITIONS,
      }),
      of(readDays, rolledUp, {
        rollup_minute: 2,
        rollup_hour: 1,
        rollup_day: 1,
        rollup_due: 1,
        delta: PARTITIONS,
      }),
    ].map((one) => ({ ...one, everyLane: byWriter, everyLaneOf: ['delta'] as const })),
    'read-unfolded': [
      { ...of(readUnfolded, { beyond: 0 }, { delta: PARTITIONS }), everyLane: byWriter },
    ],
    'void-missing': [
      {
        ...of(voidMissing, { writer: id, missing: [3] }, { delta: 1 }),
        everyLane: byWriter,
      },
    ],
    'begin-suspect': [of(beginSuspect, ofTwoDays[0] as LeaseRow, { invocation: 1 })],
    // A due invocation may be of any day: all partitions.
    'claim-invocations': [
      of(
        claimInvocations,
        { lane: LANE, wanted: [{ webhookId, room: 4 }], leaseMs: 30_000 },
        { invocation: PARTITIONS },
      ),
    ],
    'close-breaker': [of(closeBreaker, one, { breaker: 1, delivery_count: 1 })],
    'count-outcomes': [
      of(countOutcomes, [{ ...one, requests: 1, errors: 1, windowMs: 60_000 }], {
        delivery_count: 1,
      }),
    ],
    'count-tokens': [of(countTokens, 1)],
    'delete-expired-keys': [
      of(deleteExpiredKeys, { lane: keyedEvent('key 1').lane, limit: 5 }, { idempotency_key: 1 }),
    ],
    'delete-old-audit': [of(deleteOldAudit, { firstKept: id, limit: 5 })],
    'delete-excess-sessions': [of(deleteExcessSessions, { tokenId: id, isCode: false, kept: 5 })],
    'delete-old-sessions': [of(deleteOldSessions, { firstKept: id, limit: 5 })],
    'delete-session': [of(deleteSession, { id, isCode: true })],
    'delete-token': [of(deleteToken, { accountId: 1, id })],
    'delete-view': [of(deleteView, { accountId: 1, id })],
    'delete-webhook': [
      of(
        deleteWebhook,
        { accountId: 1, id: webhookId, version: 1 },
        { breaker: 1, delivery_count: 1, rate_window: 1 },
      ),
    ],
    'end-invocations': [
      of(
        endInvocations,
        { leases: leases.query, reason: '', reasonCode: 'expired', entry: '{}', mark },
        { ...leases.reads, delta: 0 },
      ),
    ],
    'end-orphans': [
      of(endOrphans, { ...one, limit: 5, entry: '{}', mark }, { invocation: PARTITIONS, delta: 0 }),
    ],
    'find-key-lanes': [of(findKeyLanes, { olderThan: id, rows: 10 }, { key_batch: 1 })],
    'find-keyed-events': [
      of(
        findKeyedEvents,
        {
          lane: LANE,
          hashes: [1],
          nodes: nodesOf(1),
          from: above,
          before: id,
          most: 10,
          matched: 8,
          limit: 9,
        },
        { key_batch: 1, key_block: PARTITIONS },
      ),
    ],
    'fold-keys': [
      of(
        foldKeys,
        { lane: LANE, days: [above, keyDay.from], oldest: above, limit: 10 },
        { key_batch: 1, key_block: 0 },
      ),
    ],
    'merge-key-node': [
      of(
        mergeKeyNode,
        { lane: LANE, node: 64, ...keyDay, split: true, limit: 10 },
        { key_block: 1 },
      ),
    ],
    'read-full-key-nodes': [
      of(
        readFullKeyNodes,
        { lane: LANE, nodes: [64], ...keyDay, least: 2, most: 4 },
        { key_block: 1 },
      ),
    ],
    'read-keyed-events': [
      of(
        readKeyedEvents,
        {
          events: [few[1], few[4]].map((row) => ({ accountId: 1, id: row?.eventId as string })),
          maxBytes: 100,
        },
        { event: 2 },
      ),
    ],
    'read-keyed-invocations': [
      of(
        readKeyedInvocations,
        {
          probes: [crowded, ...neighbours].map((probed) => ({
            webhookId: probed,
            firstId: today.id,
            lastId: today.id,
            held: null,
          })),
          filter: EVERY_CONDITION,
        },
        { invocation: 1 },
      ),
    ],
    'find-due-webhooks': [of(findDueWebhooks, due, { invocation: PARTITIONS })],
    'find-invocation-webhook': [
      ...inFamilies(
        findInvocationWebhook,
        { id: today.id, webhookIds: [crowded, ...neighbours] },
        { invocation: 1 },
      ),
    ],
    'forget-webhooks': [of(forgetWebhooks, { keepMs: 1_000, limit: 5 })],
    'insert-main-account': [of(insertMainAccount, undefined)],
    'insert-first-token': [of(insertFirstToken, { tokenId: id, tokenHash: Buffer.from([1]) })],
    'insert-account': [of(insertAccount, { name: 'x', profile: 'durable' })],
    'insert-audit': [
      of(insertAudit, {
        id,
        accountId: 1,
        act: { operation: 'x', by: undefined },
        targetType: 'webhook',
        targetId: id,
        changes: [],
      }),
    ],
    'insert-writer': [of(insertWriter, id)],
    'insert-events': [
      of(insertEvents, accepted, { event: 0, invocation: 0, key_batch: 0, delta: 0 }),
      of(
        insertKeyedEvents,
        { ...accepted, keys },
        { event: 0, invocation: 0, idempotency_key: 0, key_batch: 0, delta: 0 },
      ),
    ],
    'insert-session': [of(insertSession, { id, tokenId: id, isCode: false })],
    'insert-view': [of(insertView, { accountId: 1, ...savedView })],
    'insert-token': [
      of(insertToken, {
        id,
        accountId: 1,
        name: 'x',
        role: 'read',
        hash: Buffer.from([2]),
        createdBy: 'x',
      }),
    ],
    'keep-setting': [of(keepSetting, { name: 'x', value: 'x' })],
    'lock-account': [of(lockAccount, 1)],
    'lock-accounts': [{ ...of(lockAccounts, undefined), noPlan: 'it only takes a lock' }],
    'lock-directory': [of(lockDirectory, 1)],
    'lock-invocations': [
      of(lockInvocations, { lane: LANE, invocations: leases.query }, leases.reads),
    ],
    'lock-rate-window': [of(lockRateWindow, one, { rate_window: 0 })],
    'lock-webhook': [of(lockWebhook, { accountId: 1, id: webhookId })],
    'count-due': [of(countDue, { lane: LANE, webhookId, limit: 10 }, { invocation: PARTITIONS })],
    'next-due': [of(nextDue, { lane: LANE, webhookIds: [webhookId] }, { invocation: PARTITIONS })],
    notify: [of(notify, { channel: 'hooktrail_due', payload: '' })],
    'open-breaker': [of(openBreaker, { ...one, openMs: 1, reason: '' }, { breaker: 0 })],
    'park-invocations': [
      of(
        parkInvocations,
        {
          lane: LANE,
          webhookId: crowded,
          status: 'throttled',
          ends: false,
          entry: '{}',
          reason: '',
          reasonCode: 'rate limit',
          fromUs: 0,
          limit: 5,
          mark,
        },
        { invocation: PARTITIONS, delta: 0 },
      ),
    ],
    // Of two days, which are parts of three.
    'read-account-events': listsInFamilies(
      readAccountEvents,
      () => ({
        accountId: 1,
        filters: {
          type: 'order.paid',
          typePrefix: 'order.',
          types: ['order.%'],
          notTypes: ['order.sent'],
          moreTypes: '[["%.paid"],["o%"]]',
          edges: [firstIdAt(NOW_MS - 3 * DAY_MS), firstIdAt(NOW_MS - 2 * DAY_MS)],
        },
        above: firstIdAt(NOW_MS - 3 * DAY_MS),
        below: firstIdAt(NOW_MS - DAY_MS),
        perLane: 3,
        limit: 10,
      }),
      { event: 3 },
    ),
    'read-accounts': [
      of(readAccounts, undefined),
      of(readAccount, 1),
      of(readAccountsById, [1]),
      of(readAccountsAbove, { from: 0, limit: 5 }),
      of(readAccountsBelow, { from: 5, limit: 5 }),
    ],
    'read-attempt-outcomes': inFamilies(
      readAttemptOutcomes,
      { ...one, invocationId: today.id, from: 2 },
      { attempt: 1 },
    ),
    'read-attempts': listsInFamilies(
      readAttempts,
      () => ({
        ...one,
        invocationId: today.id,
        filters: {},
        startNumber: 5,
        startId: firstIdAt(0),
        limit: 10,
        maxBytes: 1_000,
        raw: true,
        unsent: true,
      }),
      { attempt: 1 },
    ),
    'read-archive-start': [of(readArchiveStart, undefined)],
    'read-archive-webhooks': [
      of(readArchiveWebhook, { accountId: 1, id }),
      of(readArchiveWebhooks, { accountId: 1, among: null, limit: 10 }),
      of(readArchiveWebhooksBelow, { accountId: 1, above, below: id, limit: 5 }),
      of(readArchiveWebhooksAbove, { accountId: 1, above, below: id, limit: 5 }),
    ],
    'read-audit': readAudit.samples().map(({ query }) => of(query, audited)),
    'read-breakers': [of(readBreakers, [webhookId], { breaker: 1 })],
    'read-citus': [of(readCitus, undefined)],
    'read-clock': [of(readClock, undefined)],
    'read-counts': [of(readCounts, { ...one, windowMs: 60_000 }, { delivery_count: 1 })],
    // A slice of two days, which are parts of three.
    'read-created-invocations': listsInFamilies(
      readCreatedInvocations,
      (descending) => ({
        streams: [crowded, ...neighbours].map((webhookId) => ({
          webhookId,
          startId: firstIdAt(NOW_MS - (descending ? 1 : 3) * DAY_MS),
          held: null,
        })),
        filter: EVERY_CONDITION,
        endId: firstIdAt(NOW_MS - (descending ? 3 : 1) * DAY_MS),
        most: 10,
        limit: 10,
      }),
      { invocation: 3 },
    ),
    'read-deltas': [
      {
        ...of(
          readDeltas,
          {
            ranges: [{ writer: id, first: 5, last: 9 }],
            newSinceMs: NOW_MS - DAY_MS,
            most: 5,
          },
          { delta: 1 },
        ),
        everyLane: byWriter,
      },
      {
        ...of(readWriterDeltas, { writer: id, first: 5, last: 9 }, { delta: 1 }),
        everyLane: byWriter,
      },
    ],
    'read-event': [
      ...inFamilies(readEvent, { accountId: 1, id: today.eventId }, { event: 1 }),
      ...inFamilies(readOwnEvent, { accountId: 1, ownId: 'order-1' }, { event: PARTITIONS }).map(
        (own) => ({
          ...own,
          everyLane: 'the id that a publisher chose says nothing of the lane: a partial index',
        }),
      ),
    ],
    'read-event-invocations': [
      of(
        readEventInvocations,
        { webhookIds: [crowded, ...neighbours], firstId: today.id, lastId: today.id },
        { invocation: 1 },
      ),
      of(
        readArchivedEventInvocations,
        {
          webhookIds: [crowded, ...neighbours],
          firstId: firstIdAt(NOW_MS - DAY_MS),
          lastId: firstIdAt(NOW_MS + DAY_MS),
          eventId: today.eventId,
        },
        { archive_invocation: 2 },
      ),
    ],
    'read-event-body': [
      ...inFamilies(
        readEventBody,
        { accountId: 1, id: today.eventId, maxCharacters: 100 },
        { event: 1 },
      ),
    ],
    'read-deleted-webhooks': [
      of(readDeletedWebhooks, { accountId: 1, afterVersion: 0 }),
      of(readDeletedWebhook, { accountId: 1, id }),
      of(readDeletedWebhookNames, { accountId: 1, among: null, limit: 10 }),
      of(readDeletedWebhooksBelow, { accountId: 1, above, below: id, limit: 5 }),
      of(readDeletedWebhooksAbove, { accountId: 1, above, below: id, limit: 5 }),
    ],
    'read-events': [
      ...inFamilies(
        readEvents,
        {
          events: [few[1], few[4]].map((row) => ({ accountId: 1, id: row?.eventId as string })),
          maxBytes: 100,
        },
        {
          event: 2,
        },
      ),
    ],
    'read-idempotency-keys': [of(readIdempotencyKeys, keys, { idempotency_key: 1 })],
    'read-invocation': inFamilies(readInvocation, { ...one, id: today.id }, { invocation: 1 }),
    // Of the list's two days, the day in which it begins, and the next, which is made ahead.
    'read-invocations': listsInFamilies(
      readInvocations,
      (descending) => ({
        ...listed,
        startAt: descending ? 'infinity' : '-infinity',
        end: descending ? '-infinity' : 'infinity',
      }),
      { invocation: 4 },
    ),
    // By creation any of the days between the two.
    'read-latest-invocations': listsInFamilies(
      readLatestInvocations,
      (descending) => ({
        streams: [crowded, ...neighbours].map((webhookId) => ({
          webhookId,
          firstId: firstIdAt(NOW_MS - 3 * DAY_MS),
          endId: firstIdAt(NOW_MS - DAY_MS),
          startUs: (NOW_MS + (descending ? 1 : -9) * DAY_MS) * 1_000,
          startId: firstIdAt(0),
          held: null,
        })),
        filter: EVERY_CONDITION,
        created: [{ firstId: firstIdAt(0), endId: id }],
        endUs: (NOW_MS + (descending ? -9 : 1) * DAY_MS) * 1_000,
        most: 10,
        limit: 10,
      }),
      { invocation: 3 },
    ),
    'read-open-breakers': [
      {
        ...of(readOpenBreakers, undefined, { breaker: 1 }),
        everyLane:
          'a node reads the open breakers of all lanes once, at its start: a partial index',
      },
    ],
    'read-own-id-index': [of(readOwnIdIndex, undefined)],
    'read-rate-window': [of(readRateWindow, one, { rate_window: 1 })],
    'read-plain-headers': [of(readPlainHeaders, { after: id, limit: 5 })],
    'read-request-headers': [
      of(readRequestHeaders, { lane: LANE, invocationId: today.id, id }, { attempt: 1 }),
    ],
    'read-sources': [of(readSources, 1)],
    'read-setting': [of(readSetting, 'x')],
    'read-session': [of(readSession, id)],
    'read-tokens': [
      of(readTokens, undefined),
      of(readTokensAbove, { accountId: 1, from: id, limit: 5 }),
      of(readTokensBelow, { accountId: 1, from: id, limit: 5 }),
    ],
    'read-view': [of(readView, { accountId: 1, id })],
    'read-views': [of(readViews, 1)],
    'update-view': [of(updateView, { accountId: 1, ...savedView })],
    'read-webhooks': [
      of(readWebhooks, [webhookId]),
      of(readWebhookPage, webhookPage),
      of(readAccountWebhookPage, webhookPage),
    ],
    'record-outcomes': [false, true].map((repeated) =>
      of(
        recordOutcomes,
        { outcomes: leases.query.map((lease) => outcomeOf(lease)), repeated, mark },
        { invocation: 2, attempt: repeated ? 2 : 0, delta: 0 },
      ),
    ),
    'renew-leases': [of(renewLeases, { leases: leases.query, leaseMs: 1 }, leases.reads)],
    'reopen-breaker': [of(reopenBreaker, { ...one, factor: 2, maxOpenMs: 60_000 }, { breaker: 1 })],
    'replay-invocation': [
      of(
        replayInvocation,
        {
          ...one,
          accountId: 1,
          version: 0,
          id: today.id,
          entry: '{}',
          leased: true,
          leaseMs: 30_000,
          mark,
        },
        { invocation: 1, delta: 0 },
      ),
    ],
    'return-leases': [of(returnLeases, leases.query, leases.reads)],
    'append-hold': [
      of(appendHold, { kind: 'held', webhookId, reasonCode: 'breaker', mark }, { delta: 0 }),
    ],
    'read-delta-numbers': [
      {
        ...of(readDeltaNumbers, { writer: id, first: 5, last: 9 }, { delta: 1 }),
        everyLane: byWriter,
      },
    ],
    'read-fed-events': [
      of(readFedEvents, { events: [{ accountId: 1, id }], maxBytes: 100 }, { event: 1 }),
    ],
    'read-fed-webhooks': [of(readFedWebhooks, [webhookId])],
    'read-invocations-by-key': [of(readInvocationsByKey, [{ webhookId, id }], { invocation: 1 })],
    'read-last-delta': [
      { ...of(readLastDelta, { writer: id }, { delta: 1 }), everyLane: byWriter },
    ],
    'read-next-delta': [
      { ...of(readNextDelta, { writer: id, number: 5 }, { delta: 1 }), everyLane: byWriter },
    ],
    'read-writers': [of(readWriters, { sinceMs: NOW_MS })],
    'void-delta': [of(voidDelta, { mark }, { delta: 0 })],
    'take-probe': [of(takeProbe, { ...one, holdMs: 1_000 }, { breaker: 1 })],
    'delete-old-filters': [of(deleteOldFilters, { keptFromMs: 1, limit: 5 })],
    'insert-filter': [
      of(insertFilter, {
        fromMs: 1,
        untilMs: 2,
        buckets: 1,
        events: 0,
        attempts: 0,
        lateBlocks: 0,
        filter: Buffer.alloc(1_024),
      }),
    ],
    'probe-filters': [of(probeFilters, { beforeMs: NOW_MS, afterMs: 0, hashes: [1, 2], limit: 5 })],
    'read-attempt-texts': [
      of(
        readAttemptTexts,
        [few[1], few[4]].map((row) => ({
          lane: LANE,
          invocation_id: row?.id as string,
          number: 1,
        })),
        { attempt: 2 },
      ),
    ],
    'read-filter-ends': [of(readFilterEnds, undefined)],
    'read-found-events': [
      of(
        readFoundEvents,
        [few[1], few[4]].map((row) => ({ accountId: 1, id: row?.eventId as string })),
        { event: 2 },
      ),
    ],
    'read-found-invocations': [
      of(
        readFoundInvocations,
        {
          wanted: [{ webhookId, held: null, firstId: today.id, lastId: today.id }],
          filter: EVERY_CONDITION,
        },
        { invocation: 1 },
      ),
    ],
    // Recorded in a span, of invocations of any day.
    'read-late-attempts': [
      of(
        readLateAttempts,
        { fromMs: NOW_MS - DAY_MS, untilMs: NOW_MS, limit: 10 },
        { attempt: PARTITIONS },
      ),
    ],
    'read-late-index': [of(readLateIndex, undefined)],
    'read-snapshot': [of(readSnapshot, undefined)],
    'read-span-attempts': [of(readSpanAttempts, { ...span, limit: 10 }, { attempt: 2 })],
    'read-span-events': [
      of(readSpanEvents, { ...span, accountIds: [1, 2], limit: 10 }, { event: 2 }),
    ],
    'search-attempts': [
      of(
        searchAttempts,
        {
          ...span,
          webhooks: [{ id: webhookId, held: null }],
          patterns,
          filter: EVERY_CONDITION,
          limit: 10,
        },
        { invocation: 2, attempt: 2 },
      ),
    ],
    'search-events': [
      of(
        searchEvents,
        { ...span, accountId: 1, patterns, filter: EVERY_CONDITION, limit: 10 },
        { event: 2 },
      ),
    ],
    'search-invocation-attempts': [
      of(
        searchInvocationAttempts,
        { invocations: [{ webhook_id: webhookId, id: today.id }], patterns },
        { attempt: 1 },
      ),
    ],
    'search-late-attempts': [
      of(
        searchLateAttempts,
        { fromMs: NOW_MS - DAY_MS, belowMs: NOW_MS, belowTail: '', patterns, limit: 10 },
        { attempt: PARTITIONS },
      ),
    ],
    'try-lock': [of(tryLock, 1)],
    'update-account': [of(updateAccount, account)],
    'write-directory': [
      of(writeDirectory, {
        accountId: 1,
        directory_version: 1,
        webhook_count: 1,
        webhook_bytes: 1,
      }),
    ],
    'write-rate-window': [of(writeRateWindow, { ...one, permits: '[]' }, { rate_window: 1 })],
    'write-sealed-headers': [of(writeSealedHeaders, { id: webhookId, sealed: Buffer.from([1]) })],
    'write-webhook': [
      of(writeWebhook, {
        id,
        account_id: 1,
        name: 'x',
        description: null,
        status: 'active',
        subscriptions: ['*'],
        endpoint: 'http://127.0.0.1:9',
        http_method: 'POST',
        request_format: 'json',
        authentication: null,
        custom_headers: null,
        sealed_headers: null,
        external_source: null,
        signing_secret: Buffer.from([1]),
        created_at: at,
        created_by: 'x',
        updated_at: null,
        updated_by: null,
        delivery: null,
        paused_at: null,
        paused_by: null,
        previous_secret: null,
        client_certificate: null,
        previous_secret_until: null,
        version: 1,
        bytes: 1,
      }),
    ],
  };
}

/** The statement on our trail, and the same on what is archived. */
function inFamilies<Params, Row>(
  query: InFamilies<Query<Params, Row>>,
  params: Params,
  reads: StatementCase['reads'],
): StatementCase[] {
  return [of(query, params, reads), of(query.archived, params, archived(reads))];
}

interface Samples<Params, Row> {
  readonly samples: () => { readonly descending: boolean; readonly query: Query<Params, Row> }[];
}

/** All statements of a list, in both families. */
function listsInFamilies<Params, Row>(
  list: InFamilies<Samples<Params, Row>>,
  params: (descending: boolean) => Params,
  reads: StatementCase['reads'],
): StatementCase[] {
  const cases = (samples: Samples<Params, Row>, of_: StatementCase['reads']) =>
    samples.samples().map(({ descending, query }) => of(query, params(descending), of_));
  return [...cases(list, reads), ...cases(list.archived, archived(reads))];
}

/** The same tables of the archive: where several days are read, several months may be. */
function archived(reads: StatementCase['reads']): StatementCase['reads'] {
  return Object.fromEntries(
    Object.entries(reads).map(([table, days]) => [
      `archive_${table}`,
      days === 1 ? 1 : ARCHIVE_PARTITIONS,
    ]),
  );
}

function of<Params, Row>(
  query: Query<Params, Row>,
  params: Params,
  reads: StatementCase['reads'] = {},
): StatementCase {
  return { query: query as Query<never, unknown>, params, reads };
}
