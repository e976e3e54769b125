import type { Query } from '../database/query.ts';
import { firstIdAt, newId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { DAY_MS, HOUR_MS } from '../model/time-units.ts';
import { acknowledgeAlert } from '../sql/acknowledge-alert.ts';
import { anyAnswered } from '../sql/any-answered.ts';
import { appendHold } from '../sql/append-hold.ts';
import { beginSuspect } from '../sql/begin-suspect.ts';
import { claimInvocations } from '../sql/claim-invocations.ts';
import { closeBreaker } from '../sql/close-breaker.ts';
import { countDue } from '../sql/count-due.ts';
import { countDueWebhooks, countDueWebhooksOfLane } from '../sql/count-due-webhooks.ts';
import { countJobs } from '../sql/count-jobs.ts';
import { countOpenAlerts } from '../sql/count-open-alerts.ts';
import { countOpenJobs } from '../sql/count-open-jobs.ts';
import { countOutcomes } from '../sql/count-outcomes.ts';
import { countTokens } from '../sql/count-tokens.ts';
import { deleteAlertMute } from '../sql/delete-alert-mute.ts';
import { deleteAlertRoute, deleteRouteNotices } from '../sql/delete-alert-route.ts';
import { deleteAlertWatches } from '../sql/delete-alert-watches.ts';
import { deleteEndedAlertMutes } from '../sql/delete-ended-alert-mutes.ts';
import { deleteEraseItems } from '../sql/delete-erase-items.ts';
import { deleteExcessAlerts } from '../sql/delete-excess-alerts.ts';
import { deleteExcessSessions } from '../sql/delete-excess-sessions.ts';
import { deleteExpiredKeys } from '../sql/delete-expired-keys.ts';
import { deleteExportNodes } from '../sql/delete-export-nodes.ts';
import { deleteInbox } from '../sql/delete-inbox.ts';
import { deleteJobFiles } from '../sql/delete-job-files.ts';
import { deleteNode, deleteOldNodes } from '../sql/delete-nodes.ts';
import { deleteOldAlerts } from '../sql/delete-old-alerts.ts';
import { deleteOldAudit } from '../sql/delete-old-audit.ts';
import { deleteOldCertificates } from '../sql/delete-old-certificates.ts';
import { deleteOldFilters } from '../sql/delete-old-filters.ts';
import {
  deleteJob,
  deleteJobItems,
  deleteSettledItems,
  markCleared,
  readClearableJobs,
  readOldJobs,
} from '../sql/delete-old-jobs.ts';
import { deleteOldDays, deleteOldHours } from '../sql/delete-old-rollups.ts';
import { deleteOldSessions } from '../sql/delete-old-sessions.ts';
import { deleteOldWriters } from '../sql/delete-old-writers.ts';
import { deleteRollupDue } from '../sql/delete-rollup-due.ts';
import { deleteSession } from '../sql/delete-session.ts';
import { deleteSource, dropSource } from '../sql/delete-source.ts';
import { deleteToken } from '../sql/delete-token.ts';
import { deleteUnsettledFilters } from '../sql/delete-unsettled-filters.ts';
import { deleteView } from '../sql/delete-view.ts';
import { deleteWebhook } from '../sql/delete-webhook.ts';
import { dropEarlyNotices } from '../sql/drop-early-notices.ts';
import { dropExcessNotices } from '../sql/drop-excess-notices.ts';
import { endAlertNotice } from '../sql/end-alert-notice.ts';
import { endInvocations } from '../sql/end-invocations.ts';
import { endOrphans } from '../sql/end-orphans.ts';
import { eraseAttempts } from '../sql/erase-attempts.ts';
import { eraseEvents } from '../sql/erase-events.ts';
import { eraseInvocations } from '../sql/erase-invocations.ts';
import { eraseKeys } from '../sql/erase-keys.ts';
import { expireEndedFiles } from '../sql/expire-ended-files.ts';
import { expireJobFiles } from '../sql/expire-job-files.ts';
import { findArchivedErasure } from '../sql/find-archived-erasure.ts';
import { findArchivedEvent } from '../sql/find-archived-event.ts';
import { findArchivedInvocation } from '../sql/find-archived-invocation.ts';
import { findArchivedRemoteIds } from '../sql/find-archived-remote-ids.ts';
import { findDueWebhooks } from '../sql/find-due-webhooks.ts';
import { findInvocationWebhook } from '../sql/find-invocation-webhook.ts';
import { findKeyLanes } from '../sql/find-key-lanes.ts';
import { findKeyedEvents } from '../sql/find-keyed-events.ts';
import { findSecrets } from '../sql/find-secrets.ts';
import { foldDeltas } from '../sql/fold-deltas.ts';
import { foldKeys } from '../sql/fold-keys.ts';
import { forgetErasedKeys } from '../sql/forget-erased-keys.ts';
import { forgetWebhooks } from '../sql/forget-webhooks.ts';
import { holdSource } from '../sql/hold-source.ts';
import { hurryHandshake } from '../sql/hurry-handshake.ts';
import { insertAccount } from '../sql/insert-account.ts';
import { insertAlert } from '../sql/insert-alert.ts';
import { insertAlertMute } from '../sql/insert-alert-mute.ts';
import { insertAlertRoute } from '../sql/insert-alert-route.ts';
import { insertArchiveGap } from '../sql/insert-archive-gap.ts';
import { insertAudit } from '../sql/insert-audit.ts';
import { insertEraseItems } from '../sql/insert-erase-items.ts';
import { insertEvents, insertKeyedEvents } from '../sql/insert-events.ts';
import { insertFilter } from '../sql/insert-filter.ts';
import { insertFirstToken } from '../sql/insert-first-token.ts';
import { insertInbox } from '../sql/insert-inbox.ts';
import { insertJob } from '../sql/insert-job.ts';
import { insertJobInvocations } from '../sql/insert-job-invocations.ts';
import { insertJobItems } from '../sql/insert-job-items.ts';
import { insertKeyBatches } from '../sql/insert-key-batches.ts';
import { insertMainAccount } from '../sql/insert-main-account.ts';
import { insertOpenedNotices } from '../sql/insert-opened-notices.ts';
import { insertResolvedNotices } from '../sql/insert-resolved-notices.ts';
import { insertSession } from '../sql/insert-session.ts';
import { insertSource } from '../sql/insert-source.ts';
import { insertToken } from '../sql/insert-token.ts';
import { insertView } from '../sql/insert-view.ts';
import { insertWriter } from '../sql/insert-writer.ts';
import { keepSetting } from '../sql/keep-setting.ts';
import { linkCopies } from '../sql/link-copies.ts';
import { lockAccount } from '../sql/lock-account.ts';
import { lockAccounts } from '../sql/lock-accounts.ts';
import { lockDirectory } from '../sql/lock-directory.ts';
import { lockInvocations } from '../sql/lock-invocations.ts';
import { lockRateWindow } from '../sql/lock-rate-window.ts';
import { lockWebhook } from '../sql/lock-webhook.ts';
import { lockWriter } from '../sql/lock-writer.ts';
import { makeAlertLease } from '../sql/make-alert-lease.ts';
import { makeReconcileDue, planReconcile } from '../sql/make-reconcile-due.ts';
import { makeRollupDay, makeRollupHour } from '../sql/make-rollups.ts';
import { markStaleFilters } from '../sql/mark-stale-filters.ts';
import { mergeKeyNode } from '../sql/merge-key-node.ts';
import { mirrorWebhooks } from '../sql/mirror-webhooks.ts';
import { moveJob } from '../sql/move-job.ts';
import { moveWriter } from '../sql/move-writer.ts';
import { nextDue } from '../sql/next-due.ts';
import { noteAlertRoute } from '../sql/note-alert-route.ts';
import { notify } from '../sql/notify.ts';
import { openBreaker } from '../sql/open-breaker.ts';
import { parkInvocations } from '../sql/park-invocations.ts';
import type { AlertRouteRow } from '../sql/parts/alert-route-row.ts';
import type { InvocationFilter } from '../sql/parts/invocation-filter.ts';
import { nodesOf } from '../sql/parts/key-nodes.ts';
import type { InFamilies } from '../sql/parts/trail-family.ts';
import { pollSource } from '../sql/poll-source.ts';
import { probeFilters } from '../sql/probe-filters.ts';
import { readAccountAlertMutes } from '../sql/read-account-alert-mutes.ts';
import { readAccountEvents } from '../sql/read-account-events.ts';
import { readAccountExports } from '../sql/read-account-exports.ts';
import { readAccountSources, readSource } from '../sql/read-account-sources.ts';
import {
  readAccount,
  readAccounts,
  readAccountsAbove,
  readAccountsBelow,
  readAccountsById,
} from '../sql/read-accounts.ts';
import { readAlert } from '../sql/read-alert.ts';
import { readAlertMutes } from '../sql/read-alert-mutes.ts';
import { readAlertNotices } from '../sql/read-alert-notices.ts';
import { readAlertRoutes } from '../sql/read-alert-routes.ts';
import { readAlertRules } from '../sql/read-alert-rules.ts';
import { readAlertWatches } from '../sql/read-alert-watches.ts';
import { readAlerts } from '../sql/read-alerts.ts';
import { readAllAlertRules } from '../sql/read-all-alert-rules.ts';
import { readAllStoppedJobs } from '../sql/read-all-stopped-jobs.ts';
import {
  readArchiveGapsAbove,
  readArchiveGapsBelow,
  readSpanGaps,
} from '../sql/read-archive-gaps.ts';
import { readArchiveStart } from '../sql/read-archive-start.ts';
import {
  readArchiveWebhook,
  readArchiveWebhooks,
  readArchiveWebhooksAbove,
  readArchiveWebhooksBelow,
} from '../sql/read-archive-webhooks.ts';
import { readArchivedErasures } from '../sql/read-archived-erasures.ts';
import { readArchivedListed } from '../sql/read-archived-listed.ts';
import { readArchivedOutcomes } from '../sql/read-archived-outcomes.ts';
import { readArchivedPayloads } from '../sql/read-archived-payloads.ts';
import {
  readArrivedRowsAbove,
  readArrivedRowsBelow,
  readReconciledAbove,
  readReconciledBelow,
} from '../sql/read-archived-reconciled.ts';
import { readArchivedRequests } from '../sql/read-archived-requests.ts';
import { readArchivedResends } from '../sql/read-archived-resends.ts';
import { readAttemptOutcomes } from '../sql/read-attempt-outcomes.ts';
import { readAttemptTexts } from '../sql/read-attempt-texts.ts';
import { readAttempts } from '../sql/read-attempts.ts';
import { readAudit } from '../sql/read-audit.ts';
import { readBreakers } from '../sql/read-breakers.ts';
import { readCitus } from '../sql/read-citus.ts';
import { readClock } from '../sql/read-clock.ts';
import { readCounts } from '../sql/read-counts.ts';
import { readCreatedInvocations } from '../sql/read-created-invocations.ts';
import { readDataFolder } from '../sql/read-data-folder.ts';
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
import { readEndingCertificates } from '../sql/read-ending-certificates.ts';
import { readEndpointCertificate } from '../sql/read-endpoint-certificate.ts';
import { readEraseItems, readUnerasedAfter, readUnerasedBefore } from '../sql/read-erase-items.ts';
import { readErasing } from '../sql/read-erasing.ts';
import { readEvent, readOwnEvent } from '../sql/read-event.ts';
import { readEventBody } from '../sql/read-event-body.ts';
import {
  readArchivedEventInvocations,
  readEventInvocations,
} from '../sql/read-event-invocations.ts';
import { readEvents } from '../sql/read-events.ts';
import { readExpiredFiles } from '../sql/read-expired-files.ts';
import { readExportNodes } from '../sql/read-export-nodes.ts';
import { readExportUse } from '../sql/read-export-use.ts';
import { readFedEvents } from '../sql/read-fed-events.ts';
import { readFedWebhooks } from '../sql/read-fed-webhooks.ts';
import { readFilterEnds } from '../sql/read-filter-ends.ts';
import { readFoundEvents } from '../sql/read-found-events.ts';
import { readFoundInvocations } from '../sql/read-found-invocations.ts';
import { readFullKeyNodes } from '../sql/read-full-key-nodes.ts';
import { readHandshakes } from '../sql/read-handshakes.ts';
import { readIdempotencyKeys } from '../sql/read-idempotency-keys.ts';
import { readInboxArrivals, readInboxKeys } from '../sql/read-inbox-keys.ts';
import { type InboxRow, readAllInboxes, readInboxes } from '../sql/read-inboxes.ts';
import { readInvocation } from '../sql/read-invocation.ts';
import { readInvocations } from '../sql/read-invocations.ts';
import { readInvocationsAttempts } from '../sql/read-invocations-attempts.ts';
import { readInvocationsByKey } from '../sql/read-invocations-by-key.ts';
import { readJobCopies } from '../sql/read-job-copies.ts';
import { readJobFileKept } from '../sql/read-job-file-kept.ts';
import { readJobFile, readJobFilesAfter, readJobFilesBefore } from '../sql/read-job-files.ts';
import {
  readPendingNewest,
  readPendingOldest,
  readSentItems,
  readSkippedAfter,
  readSkippedBefore,
} from '../sql/read-job-items.ts';
import {
  readCopiesNewest,
  readCopiesOldest,
  readItemsNewest,
  readItemsOldest,
  readJobList,
} from '../sql/read-job-list.ts';
import { readJobOutcomes } from '../sql/read-job-outcomes.ts';
import { readJobWebhooks } from '../sql/read-job-webhooks.ts';
import { lockJob, readJob, readJobsAbove, readJobsBelow } from '../sql/read-jobs.ts';
import { readKeptExports } from '../sql/read-kept-exports.ts';
import { readKeyedEvents } from '../sql/read-keyed-events.ts';
import { readKeyedInvocations } from '../sql/read-keyed-invocations.ts';
import { readLaneDays, readLaneHours, readLaneMinutes } from '../sql/read-lane-rollups.ts';
import { readLastDelta } from '../sql/read-last-delta.ts';
import { readLateAttempts } from '../sql/read-late-attempts.ts';
import { readLateIndex } from '../sql/read-late-index.ts';
import { readLatestInvocations } from '../sql/read-latest-invocations.ts';
import {
  readMirroredWebhooksAbove,
  readMirroredWebhooksBelow,
} from '../sql/read-mirrored-webhooks.ts';
import { readMissingNodes } from '../sql/read-missing-nodes.ts';
import { readNextDelta } from '../sql/read-next-delta.ts';
import { readNodes } from '../sql/read-nodes.ts';
import { readNotArrived } from '../sql/read-not-arrived.ts';
import { readOpenBreakers } from '../sql/read-open-breakers.ts';
import { readOpenJobs } from '../sql/read-open-jobs.ts';
import { readOwnIdIndex } from '../sql/read-own-id-index.ts';
import { readPlainHeaders } from '../sql/read-plain-headers.ts';
import { readRateWindow } from '../sql/read-rate-window.ts';
import {
  readReconcileHoursAbove,
  readReconcileHoursBelow,
  readReconcileTotal,
} from '../sql/read-reconcile-hours.ts';
import {
  readReconciledWebhooks,
  readReconciledWebhooksOfSource,
} from '../sql/read-reconciled-webhooks.ts';
import { readRemoteId } from '../sql/read-remote-id.ts';
import { readRemovableSources } from '../sql/read-removable-sources.ts';
import { readRepeatedAlerts } from '../sql/read-repeated-alerts.ts';
import { readRepeatingRoutes } from '../sql/read-repeating-routes.ts';
import { readReplayable } from '../sql/read-replayable.ts';
import { readRequestHeaders } from '../sql/read-request-headers.ts';
import { readResendWebhooks } from '../sql/read-resend-webhooks.ts';
import { readRollupDue } from '../sql/read-rollup-due.ts';
import { readDays, readHours, readMinutes } from '../sql/read-rollups.ts';
import { readSession } from '../sql/read-session.ts';
import { readSetting } from '../sql/read-setting.ts';
import { readSnapshot } from '../sql/read-snapshot.ts';
import { readSourceLags } from '../sql/read-source-lags.ts';
import { readSourceProblems } from '../sql/read-source-problems.ts';
import { readSourceStates } from '../sql/read-source-states.ts';
import { readSourceWebhooks } from '../sql/read-source-webhooks.ts';
import { readSources } from '../sql/read-sources.ts';
import { readSpanAttempts } from '../sql/read-span-attempts.ts';
import { readSpanEvents } from '../sql/read-span-events.ts';
import { readStaleFilter } from '../sql/read-stale-filter.ts';
import { readStoppedJobs } from '../sql/read-stopped-jobs.ts';
import { readDistributedStorage, readStorage } from '../sql/read-storage.ts';
import { readStorageSample } from '../sql/read-storage-sample.ts';
import { readTokens, readTokensAbove, readTokensBelow } from '../sql/read-tokens.ts';
import { readUndelivered } from '../sql/read-undelivered.ts';
import { readUnfolded } from '../sql/read-unfolded.ts';
import {
  readUnfoldedDays,
  readUnfoldedHours,
  readUnfoldedMinutes,
} from '../sql/read-unfolded-rollups.ts';
import { readView } from '../sql/read-view.ts';
import { readViews } from '../sql/read-views.ts';
import { readAccountWebhookPage, readWebhookPage, readWebhooks } from '../sql/read-webhooks.ts';
import { readWriterPositions } from '../sql/read-writer-positions.ts';
import { readWriters } from '../sql/read-writers.ts';
import { recordOutcomes } from '../sql/record-outcomes.ts';
import { removeArchivedEvents, removeArchivedInvocations } from '../sql/remove-archived-rows.ts';
import { removeReconciledRows, removeReconcileHours } from '../sql/remove-reconciled.ts';
import { type LeaseRow, renewLeases } from '../sql/renew-leases.ts';
import { reopenBreaker } from '../sql/reopen-breaker.ts';
import { replaceFilter } from '../sql/replace-filter.ts';
import { replayInvocation } from '../sql/replay-invocation.ts';
import { replayInvocations } from '../sql/replay-invocations.ts';
import { resolveAlerts } from '../sql/resolve-alerts.ts';
import { restoreAlertWatches } from '../sql/restore-alert-watches.ts';
import { returnAlertLease } from '../sql/return-alert-lease.ts';
import { returnLeases } from '../sql/return-leases.ts';
import { searchAttempts } from '../sql/search-attempts.ts';
import { searchEvents } from '../sql/search-events.ts';
import { searchInvocationAttempts } from '../sql/search-invocation-attempts.ts';
import { searchLateAttempts } from '../sql/search-late-attempts.ts';
import { settleEraseItems } from '../sql/settle-erase-items.ts';
import { settleJobItems } from '../sql/settle-job-items.ts';
import {
  storeArchivedBodies,
  storeArchivedEvent,
  storeArchivedLink,
} from '../sql/store-archived-bodies.ts';
import { beginArchivedResends, recordArchivedResend } from '../sql/store-archived-resends.ts';
import {
  endArchivedRenumbering,
  renumberArchivedOutcomes,
  storeArchivedInvocations,
  storeArchivedOutcomes,
} from '../sql/store-archived-rows.ts';
import { takeAlertHeartbeat } from '../sql/take-alert-heartbeat.ts';
import { takeAlertLease } from '../sql/take-alert-lease.ts';
import { takeAlertNotices } from '../sql/take-alert-notices.ts';
import { takeHandshake } from '../sql/take-handshake.ts';
import { takeJob } from '../sql/take-job.ts';
import { takeProbe } from '../sql/take-probe.ts';
import { endReconcile, putOffReconcile, takeReconcileDue } from '../sql/take-reconcile-due.ts';
import { takeSource } from '../sql/take-source.ts';
import { tryLock } from '../sql/try-lock.ts';
import { updateAccount } from '../sql/update-account.ts';
import { updateAlertRoute } from '../sql/update-alert-route.ts';
import { storeWebhookSecret, updateArchiveWebhook } from '../sql/update-archive-webhook.ts';
import { updateInbox } from '../sql/update-inbox.ts';
import { updateSource } from '../sql/update-source.ts';
import { updateView } from '../sql/update-view.ts';
import { voidDelta } from '../sql/void-delta.ts';
import { voidMissing } from '../sql/void-missing.ts';
import {
  forgetLostBodies,
  forgetWanted,
  readArchivedWanted,
  readNextWanted,
  readOldestWanted,
  wantArchivedBodies,
} from '../sql/want-archived-bodies.ts';
import { withdrawCopies } from '../sql/withdraw-copies.ts';
import { withdrawInvocations } from '../sql/withdraw-invocations.ts';
import { writeAlertRule } from '../sql/write-alert-rule.ts';
import { writeAlertWatches } from '../sql/write-alert-watches.ts';
import { writeDirectory } from '../sql/write-directory.ts';
import { writeEndpointCertificates } from '../sql/write-endpoint-certificates.ts';
import { writeExportNode } from '../sql/write-export-node.ts';
import { writeHandshake } from '../sql/write-handshake.ts';
import { writeJob } from '../sql/write-job.ts';
import { writeJobFile } from '../sql/write-job-file.ts';
import { writeJobSpec } from '../sql/write-job-spec.ts';
import { writeNode } from '../sql/write-node.ts';
import { writeRateWindow } from '../sql/write-rate-window.ts';
import {
  moveReconciled,
  removeReconcileHour,
  writeReconcileHour,
} from '../sql/write-reconcile-hour.ts';
import { removeReconcileRows, writeReconcileRows } from '../sql/write-reconcile-rows.ts';
import { writeSealedHeaders } from '../sql/write-sealed-headers.ts';
import { deleteStorageSamples, writeStorageSample } from '../sql/write-storage-sample.ts';
import { writeWebhook } from '../sql/write-webhook.ts';
import {
  ARCHIVE_PARTITIONS,
  type FilledTrail,
  keyedEvent,
  LANE,
  NOW_MS,
  PARTITIONS,
  SOURCE_ID,
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
  ids: ['01KB8YQ6T5B3S8D1F4G7H9J2KM'],
  notIds: ['01KB8YQ6T5B3S8D1F4G7H9J2KM'],
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
  const ofAlert = { accountId: 1, id };
  const watch = { accountId: 1, kind: 'gap', subject: 'x' } as const;
  const savedView = { id, name: 'x', screen: 'x', search: '', columns: ['x'], updatedMs: NOW_MS };
  const alertRoute: AlertRouteRow = {
    account_id: 1,
    id,
    name: 'x',
    kind: 'slack',
    enabled: true,
    target: Buffer.alloc(0),
    kinds: ['failing'],
    minimum_severity: 'warning',
    created_at: at,
    changed_at: at,
    last_sent_at: null,
    last_error: null,
  };
  const inbox: InboxRow = {
    id,
    account_id: 1,
    name: 'x',
    scheme: 'zendesk',
    secrets: Buffer.alloc(0),
    tolerance_seconds: 300,
    default_type: 'a.b',
    type_header: null,
    id_header: null,
    token_hash: Buffer.alloc(32),
    previous_hash: null,
    previous_until: null,
    updated_at: new Date(NOW_MS),
  };
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
  const archived = { lane: LANE, webhookId };
  const settings = {
    id,
    accountId: 1,
    name: 'acme',
    baseUrl: 'https://acme.zendesk.com',
    credentials: Buffer.from('x'),
    login: 'x',
    onlyWebhooks: ['x'],
    bodies: 'sample',
    bodiesEvery: 2,
    budgetShare: 70,
    keepMonths: 12,
    masking: true,
    maskedHeaders: ['x'],
    maskedFields: ['x'],
    resend: 'given',
    resendSecrets: Buffer.from('x'),
    pausedAtMs: NOW_MS,
    updatedAtMs: NOW_MS,
  } as const;
  const someArchived = { ...archived, invocationIds: [today.id] };
  const archivedState = { status: 'failed', statusCode: 500, remoteStatus: null } as const;
  const archiveGaps = { accountId: 1, sourceId: id, from: id, limit: 5 };
  const audited = { accountId: 1, filters: { operation: 'x' }, above, below: id, limit: 10 };

  const hour = new Date(Math.floor(NOW_MS / HOUR_MS) * HOUR_MS);
  const dueHour = { sourceId: SOURCE_ID, inboxId: id, hourMs: hour.getTime() };
  const reconcilePage = {
    ...{ sourceId: SOURCE_ID, webhookId: null, fromMs: NOW_MS - DAY_MS, toMs: NOW_MS },
    ...{ beyondMs: NOW_MS, beyondWebhook: id, limit: 5 },
    kind: 'failed' as const,
  };
  const reconciledSpan = {
    ...archived,
    aboveId: firstIdAt(NOW_MS - HOUR_MS),
    belowId: id,
    limit: 5,
  };
  const reconciledRows = {
    ...archived,
    fromId: above,
    untilId: id,
    rows: [{ id, kind: 'not_listed', arrivedMs: NOW_MS, eventId: 'x' }],
  } as const;
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
  const copied = {
    ...{ id, eventId: id, eventType: 'a.b', originWebhookId: webhookId, originId: id, entry: '{}' },
  };
  const inOrder = { ...ofWebhookOfJob, id, untilId: id };
  const byJob = { accountId: 1, version: 0, jobId: id, ...one, mark };

  return {
    'count-open-jobs': [of(countOpenJobs, 1)],
    'acknowledge-alert': [of(acknowledgeAlert, { ...ofAlert, atMs: NOW_MS, by: 'x', note: null })],
    'count-open-alerts': [of(countOpenAlerts, undefined)],
    'delete-alert-mute': [of(deleteAlertMute, ofAlert)],
    'delete-alert-watches': [of(deleteAlertWatches, { watches: [watch] })],
    'delete-ended-alert-mutes': [of(deleteEndedAlertMutes, NOW_MS)],
    'delete-excess-alerts': [of(deleteExcessAlerts, { accountId: 1, keep: 5, limit: 5 })],
    'delete-old-alerts': [of(deleteOldAlerts, { beforeMs: NOW_MS, limit: 5 })],
    'drop-early-notices': [of(dropEarlyNotices, { alerts: [ofAlert], nowMs: NOW_MS })],
    'drop-excess-notices': [
      of(dropExcessNotices, {
        ...{ routes: [{ account_id: 1, route_id: id }], keep: 5, limit: 5, error: 'too many' },
      }),
    ],
    'insert-alert': [
      of(insertAlert, {
        ...ofAlert,
        ...{ kind: 'gap', severity: 'warning', subject: 'x', value: 1, threshold: 1, facts: {} },
        ...{ webhookId: null, sourceId: id, jobId: null, node: null, muted: false },
        ...{ startedMs: NOW_MS, openedMs: NOW_MS },
      }),
    ],
    'insert-alert-mute': [
      of(insertAlertMute, {
        ...{ account_id: 1, id, kind: null, webhook_id: webhookId, until_at: at },
        ...{ created_at: at, created_by: 'x' },
      }),
    ],
    'insert-opened-notices': [
      of(insertOpenedNotices, {
        alerts: [{ ...ofAlert, kind: 'gap', severity: 'warning', dueMs: NOW_MS }],
      }),
    ],
    'insert-resolved-notices': [
      of(insertResolvedNotices, { alerts: [{ ...ofAlert, dueMs: NOW_MS }] }),
    ],
    'make-alert-lease': [of(makeAlertLease, undefined)],
    'read-alert': [of(readAlert, ofAlert)],
    'read-alert-mutes': [of(readAlertMutes, 1)],
    'read-alert-notices': [of(readAlertNotices, { accountId: 1, alertId: id })],
    'read-alert-rules': [of(readAlertRules, 1)],
    'read-alert-watches': [of(readAlertWatches, undefined)],
    'read-alerts': readAlerts.samples().map(({ query }) =>
      of(query, {
        accountId: 1,
        filters: { open: true, resolved: true, kind: 'gap', webhook_id: webhookId },
        ...{ above, below: id, limit: 10 },
      }),
    ),
    'read-all-alert-rules': [of(readAllAlertRules, undefined)],
    'resolve-alerts': [of(resolveAlerts, { alerts: [ofAlert], atMs: NOW_MS })],
    'restore-alert-watches': [of(restoreAlertWatches, undefined)],
    'return-alert-lease': [of(returnAlertLease, id)],
    'take-alert-lease': [of(takeAlertLease, { node: id, leaseMs: 1_000 })],
    'write-alert-rule': [
      of(writeAlertRule, { accountId: 1, kind: 'gap', settings: {}, changedMs: NOW_MS }),
    ],
    'write-alert-watches': [
      of(writeAlertWatches, {
        watches: [{ ...watch, badSinceMs: NOW_MS, goodSinceMs: null, alertId: null }],
      }),
    ],
    'read-account-alert-mutes': [of(readAccountAlertMutes, [1, 2])],
    'read-all-stopped-jobs': [of(readAllStoppedJobs, undefined)],
    'read-source-states': [of(readSourceStates, above)],
    'count-jobs': [of(countJobs, undefined)],
    'delete-old-jobs': [
      of(readOldJobs, { keepMs: DAY_MS, limit: 5 }),
      of(readClearableJobs, { keepMs: DAY_MS, limit: 5 }),
      of(deleteJobItems, { ...ofJob, after: id }),
      of(deleteSettledItems, { ...ofJob, after: id }),
      of(markCleared, id),
      of(deleteJob, id),
    ],
    'delete-export-nodes': [of(deleteExportNodes, { id, olderMs: DAY_MS })],
    'delete-job-files': [of(deleteJobFiles, { jobId: id, from: 1 })],
    'expire-job-files': [of(expireJobFiles, { jobId: id, afterMs: DAY_MS })],
    'expire-ended-files': [of(expireEndedFiles, 5)],
    'read-expired-files': [of(readExpiredFiles, { folder: 'x', after: id, limit: 5 })],
    'read-kept-exports': [of(readKeptExports, { jobIds: [id], folder: 'x' })],
    'read-export-nodes': [of(readExportNodes, DAY_MS)],
    'read-export-use': [of(readExportUse, 1)],
    'read-job-file-kept': [of(readJobFileKept, { jobId: id, number: 1 })],
    'read-job-files': [
      of(readJobFilesAfter, { jobId: id, from: 0, limit: 5 }),
      of(readJobFilesBefore, { jobId: id, from: 9, limit: 5 }),
      of(readJobFile, { jobId: id, number: 1 }),
    ],
    'read-invocations-attempts': inFamilies(
      readInvocationsAttempts,
      {
        invocations: [{ place: 0, webhookId, invocationId: today.id, after: 0 }],
        beforeId: firstIdAt(NOW_MS + DAY_MS),
        limit: 5,
        maxBytes: 1_000,
      },
      { attempt: 1 },
    ),
    'write-node': [
      of(writeNode, { id, startedAtMs: NOW_MS, version: '1', host: 'h', address: 'a', load: '{}' }),
    ],
    'read-nodes': [of(readNodes, undefined)],
    'delete-nodes': [
      of(deleteNode, id),
      of(deleteOldNodes, {
        id,
        host: 'h',
        address: 'a',
        current: ['a'],
        silentMs: 1,
        keptMs: DAY_MS,
      }),
    ],
    'read-missing-nodes': [of(readMissingNodes, { silentMs: 1, keptMs: DAY_MS, limit: 5 })],
    'any-answered': [
      of(
        anyAnswered,
        { webhooks: [webhookId], origin: 'https://a.example' },
        { invocation: PARTITIONS, attempt: PARTITIONS },
      ),
    ],
    'write-endpoint-certificates': [
      of(writeEndpointCertificates, [
        {
          origin: 'https://a.example',
          fingerprint: 'f',
          subject: 's',
          issuer: 'i',
          startsAtMs: NOW_MS,
          endsAtMs: NOW_MS,
          seenAtMs: NOW_MS,
        },
      ]),
    ],
    'read-endpoint-certificate': [of(readEndpointCertificate, 'https://a.example')],
    'read-ending-certificates': [
      of(readEndingCertificates, { nowMs: NOW_MS, beforeMs: NOW_MS, share: 0.25, limit: 5 }),
    ],
    'delete-old-certificates': [of(deleteOldCertificates, { keptMs: DAY_MS, most: 5 })],
    'write-storage-sample': [
      of(writeStorageSample, { bytes: 1, everyMs: HOUR_MS }),
      of(deleteStorageSamples, DAY_MS),
    ],
    'read-storage-sample': [of(readStorageSample, DAY_MS)],
    'read-data-folder': [of(readDataFolder, undefined)],
    'read-not-arrived': [
      of(readNotArrived, {
        untilMs: NOW_MS,
        windowMs: DAY_MS,
        windows: [{ accountId: 1, windowMs: HOUR_MS }],
        most: 5,
        limit: 5,
      }),
    ],
    'write-export-node': [of(writeExportNode, { id, host: 'h', path: '/x', folder: null })],
    'write-job-file': [
      of(writeJobFile, {
        jobId: id,
        number: 1,
        accountId: 1,
        folder: 'x',
        name: '2026-11-28.ndjson',
        day: '2026-11-28',
        rows: 1,
        bytes: 1,
        sha256: Buffer.alloc(32),
        parts: ['"a"'],
        tail: Buffer.from('x'),
      }),
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
      of(insertJobInvocations, { ...byJob, items: [copied] }, { invocation: 0, delta: 0 }),
    ],
    'insert-job-items': [of(insertJobItems, { jobId: id, items: [selectedItem] })],
    'insert-erase-items': [
      of(insertEraseItems, { jobId: id, items: [{ webhookId, id, archived: false }] }),
    ],
    'read-erase-items': [
      of(readEraseItems, { jobId: id, limit: 5 }),
      of(readUnerasedAfter, { jobId: id, webhookId, id, limit: 5 }),
      of(readUnerasedBefore, { jobId: id, webhookId, id, limit: 5 }),
    ],
    'settle-erase-items': [
      of(settleEraseItems, {
        jobId: id,
        items: [{ webhookId, id, state: 'skipped', reason: 'gone', publicId: null }],
      }),
    ],
    'delete-erase-items': [of(deleteEraseItems, { jobId: id, limit: 5 })],
    'erase-invocations': inFamilies(
      eraseInvocations,
      { lane: LANE, invocations: [{ webhookId, id: today.id }] },
      { invocation: 1 },
    ),
    'erase-attempts': inFamilies(
      eraseAttempts,
      { lane: LANE, invocations: [{ webhookId, id: today.id }] },
      { attempt: 1 },
    ),
    'erase-events': inFamilies(
      eraseEvents,
      { lane: laneOf(today.eventId), accountId: 1, ids: [today.eventId] },
      { event: 1 },
    ),
    'erase-keys': [
      of(
        eraseKeys,
        { lane: LANE, ids: [id], firstId: id, lastId: id, beforeId: keyDay.before, nodes: [64] },
        { key_batch: 1, key_block: 1 },
      ),
    ],
    'mark-stale-filters': [of(markStaleFilters, [NOW_MS])],
    'read-erasing': [of(readErasing, undefined)],
    'read-stale-filter': [of(readStaleFilter, undefined)],
    'replace-filter': [
      of(replaceFilter, {
        fromMs: 1,
        untilMs: 2,
        buckets: 1,
        events: 0,
        attempts: 0,
        lateBlocks: 0,
        filter: Buffer.alloc(1_024),
        staleUs: 1,
      }),
    ],
    'forget-erased-keys': [
      of(
        forgetErasedKeys,
        { jobId: id, accountId: 1, lane: LANE, after: '', limit: 5 },
        { idempotency_key: 1 },
      ),
    ],
    'read-job-copies': [of(readJobCopies, { accountId: 1, invocationIds: [today.id] })],
    'write-job-spec': [of(writeJobSpec, { id, spec: {} })],
    'read-account-exports': [of(readAccountExports, { accountId: 1, limit: 5 })],
    'read-archived-erasures': [of(readArchivedErasures, someArchived, { archive_invocation: 1 })],
    'find-archived-erasure': [
      {
        ...of(
          findArchivedErasure,
          { accountId: 1, sourceId: id, ownId: 'x', firstId: above, lastId: id },
          { archive_event: ARCHIVE_PARTITIONS },
        ),
        everyLane: 'the id in a body says nothing of the lane: a partial index',
      },
    ],
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
    'read-job-list': [
      of(readJobList, id),
      of(readItemsNewest, inOrder),
      of(readItemsOldest, inOrder),
      of(readCopiesNewest, inOrder),
      of(readCopiesOldest, inOrder),
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
    'read-open-jobs': [of(readOpenJobs, 1)],
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
    'take-job': [of(takeJob, { holder: id, leaseMs: 1, held: [id], kinds: ['replay'], full: [2] })],
    'withdraw-copies': [
      of(
        withdrawCopies,
        { jobId: id, ...one, ids: [today.id], reason: 'x', entry: '{}', mark },
        { invocation: 1, delta: 0 },
      ),
    ],
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
    'read-lane-rollups': [
      of(readLaneMinutes, { ...rolledUp, lane: LANE }, { rollup_minute: 2 }),
      of(
        readLaneHours,
        { ...rolledUp, lane: LANE },
        { rollup_minute: 2, rollup_hour: 1, rollup_due: 1 },
      ),
      of(
        readLaneDays,
        { ...rolledUp, lane: LANE },
        { rollup_minute: 2, rollup_hour: 1, rollup_day: 1, rollup_due: 1 },
      ),
    ],
    'read-unfolded-rollups': [readUnfoldedMinutes, readUnfoldedHours, readUnfoldedDays].map(
      (one) => ({
        ...of(one, { ...rolledUp, writer: id, next: 5, missing: [3] }, { delta: 1 }),
        everyLane: byWriter,
      }),
    ),
    'read-unfolded': [
      { ...of(readUnfolded, { beyond: 0 }, { delta: PARTITIONS }), everyLane: byWriter },
    ],
    'void-missing': [
      of(voidMissing, { writer: id, missing: [{ number: 3, laterMs: NOW_MS }] }, { delta: 0 }),
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
    'find-secrets': [of(findSecrets, [Buffer.alloc(32)])],
    'delete-expired-keys': [
      of(deleteExpiredKeys, { lane: keyedEvent('key 1').lane, limit: 5 }, { idempotency_key: 1 }),
    ],
    'delete-old-audit': [of(deleteOldAudit, { firstKept: id, limit: 5 })],
    'delete-excess-sessions': [of(deleteExcessSessions, { tokenId: id, isCode: false, kept: 5 })],
    'delete-old-sessions': [of(deleteOldSessions, { firstKept: id, limit: 5 })],
    'delete-session': [of(deleteSession, { id, isCode: true })],
    'delete-token': [of(deleteToken, { accountId: 1, id })],
    'delete-inbox': [of(deleteInbox, { accountId: 1, id })],
    'delete-source': [of(deleteSource, { accountId: 1, id, name: 'x' }), of(dropSource, id)],
    'find-archived-event': [
      {
        ...of(
          findArchivedEvent,
          { accountId: 1, sourceId: id, ownId: 'x', body: '{}', firstId: above, lastId: id },
          { archive_event: ARCHIVE_PARTITIONS },
        ),
        everyLane: 'the id in a body says nothing of the lane: a partial index',
      },
    ],
    'find-archived-remote-ids': [
      of(
        findArchivedRemoteIds,
        { ...archived, remoteIds: ['x'], firstId: above },
        { archive_invocation: ARCHIVE_PARTITIONS },
      ),
    ],
    'hold-source': [
      of(holdSource, {
        id,
        holder: id,
        leaseMs: 1_000,
        dueAtMs: NOW_MS,
        waitUntilMs: null,
        mirroredAtMs: NOW_MS,
        polledAtMs: null,
        rateLimit: 100,
        requests: 1,
        requestedAtMs: NOW_MS,
        clockOffMs: 1,
        failures: 1,
        errorCode: 'throttled',
        error: 'x',
        errorAtMs: NOW_MS,
      }),
    ],
    'insert-archive-gap': [
      of(insertArchiveGap, {
        accountId: 1,
        sourceId: SOURCE_ID,
        id,
        webhookId,
        fromMs: 1,
        toMs: 2,
        reason: 'outage',
        foundAtMs: NOW_MS,
      }),
    ],
    'insert-source': [of(insertSource, settings)],
    'mirror-webhooks': [
      of(mirrorWebhooks, {
        accountId: 1,
        sourceId: SOURCE_ID,
        seenAtMs: NOW_MS,
        linkedSinceMs: NOW_MS,
        linkedUntilMs: NOW_MS,
        webhooks: [
          {
            id,
            remoteId: 'x',
            name: 'x',
            status: null,
            endpoint: null,
            httpMethod: null,
            requestFormat: null,
            inboxId: id,
            subscriptions: '["x"]',
          },
        ],
      }),
    ],
    'make-reconcile-due': [
      of(makeReconcileDue, { hours: [dueHour], dueAtMs: NOW_MS }),
      of(planReconcile, { hours: [dueHour], dueAtMs: NOW_MS }),
    ],
    'take-reconcile-due': [
      of(takeReconcileDue, NOW_MS),
      of(putOffReconcile, { ...dueHour, dueAtMs: NOW_MS }),
      of(endReconcile, dueHour),
    ],
    'read-inbox-keys': [
      of(
        readInboxKeys,
        { accountId: 1, inboxId: id, fromId: above, untilId: id, most: 5 },
        { idempotency_key: 1 },
      ),
      of(
        readInboxArrivals,
        { accountId: 1, keys: [{ lane: LANE, key: 'x' }] },
        { idempotency_key: 1 },
      ),
    ],
    'read-archived-listed': [
      of(
        readArchivedListed,
        { webhookIds: [webhookId], fromId: firstIdAt(NOW_MS - HOUR_MS), untilId: id, most: 5 },
        { archive_invocation: 2 },
      ),
    ],
    'read-reconcile-hours': [
      of(readReconcileHoursBelow, reconcilePage),
      of(readReconcileHoursAbove, reconcilePage),
      of(readReconcileTotal, reconcilePage),
    ],
    'read-archived-reconciled': [
      ...[readReconciledBelow, readReconciledAbove].map((query) =>
        of(
          query,
          { ...reconciledSpan, kind: 'failed' as const },
          { archive_invocation: ARCHIVE_PARTITIONS, reconcile_row: 1 },
        ),
      ),
      ...[readArrivedRowsBelow, readArrivedRowsAbove].map((query) =>
        of(query, reconciledSpan, { archive_invocation: 2, reconcile_row: 1 }),
      ),
    ],
    'read-reconciled-webhooks': [
      of(readReconciledWebhooks, undefined),
      of(readReconciledWebhooksOfSource, id),
    ],
    'remove-reconciled': [
      of(removeReconciledRows, { ...archived, before: id, limit: 5 }, { reconcile_row: 1 }),
      of(removeReconcileHours, { sourceId: SOURCE_ID, beforeMs: NOW_MS, limit: 5 }),
    ],
    'write-reconcile-hour': [
      of(writeReconcileHour, {
        ...{ sourceId: SOURCE_ID, webhookId, hourMs: hour.getTime(), inboxId: id },
        ...{ fromMs: NOW_MS, toMs: NOW_MS, arrived: 1, not_arrived: 2, failed: 3 },
        ...{ failed_arrived: 4, never_sent: 5, not_listed: 6 },
      }),
      of(removeReconcileHour, { sourceId: SOURCE_ID, webhookId, hourMs: hour.getTime() }),
      of(moveReconciled, { id, untilMs: NOW_MS }),
    ],
    'write-reconcile-rows': [
      of(removeReconcileRows, reconciledRows, { reconcile_row: 1 }),
      of(writeReconcileRows, reconciledRows, { reconcile_row: 0 }),
    ],
    'poll-source': [of(pollSource, { accountId: 1, id })],
    'read-source-lags': [of(readSourceLags, undefined)],
    'read-account-sources': [of(readAccountSources, 1), of(readSource, { accountId: 1, id })],
    'read-archive-gaps': [
      of(readArchiveGapsBelow, archiveGaps),
      of(readArchiveGapsAbove, archiveGaps),
      of(readSpanGaps, {
        accountId: 1,
        fromMs: 1,
        toMs: NOW_MS,
        webhookIds: [webhookId],
        limit: 5,
      }),
    ],
    'read-archived-payloads': [
      of(
        readArchivedPayloads,
        { events: [{ accountId: 1, id: today.id }], maxBytes: 5 },
        { archive_event: ARCHIVE_PARTITIONS },
      ),
    ],
    'read-archived-requests': [
      of(
        readArchivedRequests,
        { ...archived, ids: [today.id], resendId: id },
        { archive_invocation: ARCHIVE_PARTITIONS, archive_attempt: ARCHIVE_PARTITIONS },
      ),
    ],
    'read-archived-resends': [
      of(
        readArchivedResends,
        { sent: [{ webhookId, invocationId: today.id, number: 1_001 }] },
        { archive_invocation: ARCHIVE_PARTITIONS, archive_attempt: ARCHIVE_PARTITIONS },
      ),
    ],
    'read-resend-webhooks': [of(readResendWebhooks, { accountId: 1, ids: [id] })],
    'store-archived-resends': [
      of(
        beginArchivedResends,
        {
          ...archived,
          resends: [{ invocationId: today.id, attemptId: id }],
          resendId: id,
          jobId: id,
          requestedBy: id,
          targetWebhookId: null,
          again: true,
          lostMs: 1,
        },
        { archive_invocation: ARCHIVE_PARTITIONS, archive_attempt: 0 },
      ),
      of(
        recordArchivedResend,
        {
          ...archived,
          invocationId: today.id,
          number: 1_001,
          status: 'success',
          statusCode: 200,
          completedAtMs: NOW_MS,
          durationMs: 1,
          phases: null,
          reason: null,
          errorClass: null,
          errorMessage: null,
          method: 'POST',
          url: 'https://example.com/',
          requestHeaders: '[]',
          responseHeaders: '[]',
          responseBody: '',
          responseLength: 0,
          responseRaw: null,
          delivered: true,
        },
        { archive_invocation: ARCHIVE_PARTITIONS, archive_attempt: 1 },
      ),
    ],
    'read-archived-outcomes': [
      of(
        readArchivedOutcomes,
        { ...someArchived, limit: 5 },
        { archive_attempt: ARCHIVE_PARTITIONS },
      ),
    ],
    'read-mirrored-webhooks': [
      of(readMirroredWebhooksBelow, { ...archiveGaps, gone: false }),
      of(readMirroredWebhooksAbove, { ...archiveGaps, gone: null }),
    ],
    'read-remote-id': [of(readRemoteId, { ...archived, id: today.id }, { archive_invocation: 1 })],
    'read-removable-sources': [of(readRemovableSources, true)],
    'read-source-webhooks': [of(readSourceWebhooks, id)],
    'remove-archived-rows': [
      of(
        removeArchivedInvocations,
        { ...archived, before: id, limit: 5 },
        {
          archive_attempt: ARCHIVE_PARTITIONS,
          archive_invocation: ARCHIVE_PARTITIONS,
          archive_wanted: 1,
        },
      ),
      of(
        removeArchivedEvents,
        { lane: LANE, accountId: 1, sourceId: id, after: above, before: id, limit: 5 },
        { archive_event: ARCHIVE_PARTITIONS },
      ),
    ],
    'store-archived-bodies': [
      of(
        storeArchivedBodies,
        {
          ...archived,
          invocationId: today.id,
          bodies: [
            {
              number: 1,
              sent: true,
              durationMs: 1,
              errorMessage: null,
              method: null,
              url: null,
              requestHeaders: '[]',
              responseHeaders: null,
              responseBody: null,
              responseLength: null,
            },
          ],
        },
        { archive_attempt: 1 },
      ),
      of(
        storeArchivedEvent,
        { accountId: 1, id, sourceId: id, type: null, body: '{}', ownId: null, masked: false },
        { archive_event: 0 },
      ),
      of(
        storeArchivedLink,
        {
          ...archived,
          id: today.id,
          eventId: id,
          eventType: 'x',
          attemptsCount: 1,
          durationMs: 1,
          erasedAtMs: null,
        },
        { archive_invocation: 1 },
      ),
    ],
    'store-archived-rows': [
      of(
        renumberArchivedOutcomes,
        { ...archived, outcomes: [{ invocationId: today.id, number: 1, next: 2 }] },
        { archive_attempt: ARCHIVE_PARTITIONS },
      ),
      of(endArchivedRenumbering, someArchived, { archive_attempt: ARCHIVE_PARTITIONS }),
      of(
        storeArchivedOutcomes,
        {
          ...archived,
          outcomes: [
            { ...archivedState, invocationId: id, id, number: 1, completedMs: NOW_MS, sent: true },
          ],
        },
        { archive_attempt: 0 },
      ),
      of(
        storeArchivedInvocations,
        {
          ...archived,
          invocations: [
            {
              ...archivedState,
              id,
              remoteId: null,
              latestMs: NOW_MS,
              attemptsCount: 1,
              outcomesCount: 1,
              delivered: false,
              eventType: null,
            },
          ],
        },
        { archive_invocation: 0 },
      ),
    ],
    'take-source': [of(takeSource, { holder: id, leaseMs: 1_000, full: [2] })],
    'update-archive-webhook': [
      of(updateArchiveWebhook, {
        id,
        goneAtMs: null,
        watermarkMs: NOW_MS,
        sinceMs: null,
        newestMs: null,
        polledAtMs: null,
        dueAtMs: 0,
        everyMs: 1,
        walk: null,
        fullWalk: {},
        walkedAtMs: null,
        rowsCount: 1,
        invocationsCount: 1,
        lateCount: 1,
        bodiesCount: 1,
        wanted: 1,
        wantedFailures: 1,
        lostCount: 1,
        secretReadAtMs: NOW_MS,
      }),
      of(storeWebhookSecret, { id, secret: Buffer.from('x') }),
    ],
    'update-source': [of(updateSource, settings)],
    'want-archived-bodies': [
      of(readArchivedWanted, someArchived, { archive_wanted: 1 }),
      of(
        wantArchivedBodies,
        { ...archived, wanted: [{ invocationId: id, failed: true, completedMs: NOW_MS }] },
        { archive_wanted: 0 },
      ),
      of(readNextWanted, { ...archived, failed: true }, { archive_wanted: 1 }),
      of(forgetWanted, someArchived, { archive_wanted: 1 }),
      of(
        forgetLostBodies,
        { ...archived, failed: true, beforeMs: NOW_MS, limit: 5 },
        { archive_wanted: 1 },
      ),
      of(readOldestWanted, [archived], { archive_wanted: 1 }),
    ],
    'delete-alert-route': [
      of(deleteAlertRoute, { accountId: 1, id }),
      of(deleteRouteNotices, { accountId: 1, id }),
    ],
    'end-alert-notice': [
      of(endAlertNotice, {
        ...{ alertId: id, routeId: id, transition: 'opened', attempts: 1 },
        ...{ state: 'waiting', againMs: 1_000, error: 'x' },
      }),
    ],
    'insert-alert-route': [of(insertAlertRoute, alertRoute)],
    'note-alert-route': [of(noteAlertRoute, { accountId: 1, id, error: null })],
    'read-alert-routes': [of(readAlertRoutes, 1)],
    'read-repeated-alerts': [of(readRepeatedAlerts, { accountId: 1, routeId: id })],
    'read-repeating-routes': [of(readRepeatingRoutes, undefined)],
    'take-alert-heartbeat': [of(takeAlertHeartbeat, { node: id, everyMs: 1_000 })],
    'take-alert-notices': [
      of(takeAlertNotices, {
        ...{ leaseMs: 1_000, byRoute: 2, byAccount: 3, most: 5, busy: [id], sending: [1, 1] },
      }),
    ],
    'update-alert-route': [of(updateAlertRoute, alertRoute)],
    'delete-view': [of(deleteView, { accountId: 1, id })],
    'delete-webhook': [
      of(
        deleteWebhook,
        { accountId: 1, id: webhookId, version: 1 },
        { breaker: 1, delivery_count: 1, handshake: 1, rate_window: 1 },
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
        { lane: LANE, after: firstIdAt(0), days: [above, keyDay.from], oldest: above, limit: 10 },
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
    'insert-inbox': [of(insertInbox, inbox)],
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
    'link-copies': [
      of(
        linkCopies,
        { ...one, copyWebhookId: webhookId, copies: [{ originId: today.id, id }] },
        { invocation: 1 },
      ),
    ],
    'lock-account': [of(lockAccount, 1)],
    'lock-accounts': [{ ...of(lockAccounts, undefined), noPlan: 'it only takes a lock' }],
    'lock-directory': [of(lockDirectory, 1)],
    'lock-invocations': [
      of(lockInvocations, { lane: LANE, invocations: leases.query }, leases.reads),
    ],
    'lock-rate-window': [of(lockRateWindow, one, { rate_window: 0 })],
    'lock-webhook': [of(lockWebhook, { accountId: 1, id: webhookId })],
    'count-due': [of(countDue, { lane: LANE, webhookId, limit: 10 }, { invocation: PARTITIONS })],
    'count-due-webhooks': [
      of(countDueWebhooks, [{ lane: LANE, webhookId, most: 10 }], { invocation: PARTITIONS }),
      of(countDueWebhooksOfLane, [{ lane: LANE, webhookId, most: 10 }], {
        invocation: PARTITIONS,
      }),
    ],
    'next-due': [
      of(nextDue, { lane: LANE, webhooks: [{ webhookId }] }, { invocation: PARTITIONS }),
    ],
    // A slice of two days, which are parts of three.
    'read-undelivered': listsInFamilies(
      readUndelivered,
      () => ({
        streams: [crowded, ...neighbours].map((counted) => ({
          webhookId: counted,
          startId: firstIdAt(NOW_MS - DAY_MS),
          held: null,
        })),
        filter: EVERY_CONDITION,
        endId: firstIdAt(NOW_MS - 3 * DAY_MS),
        most: 10,
      }),
      { invocation: 3 },
    ),
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
        asRemote: true,
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
    'hurry-handshake': [of(hurryHandshake, one, { handshake: 1 })],
    'read-handshakes': [of(readHandshakes, [webhookId], { handshake: 1 })],
    'take-handshake': [
      of(takeHandshake, { ...one, subject: 's', holdMs: 1_000 }, { handshake: 0 }),
    ],
    'write-handshake': [
      of(
        writeHandshake,
        {
          ...one,
          subject: 's',
          allowed: true,
          allowedOrigin: '*',
          allowedRate: 1,
          reason: null,
          waitMs: 5_000,
          mostWaitMs: 60_000,
        },
        { handshake: 1 },
      ),
    ],
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
    'read-source-problems': [
      of(readSourceProblems, { accountId: 1, gapsAbove: id, behindMs: NOW_MS }),
    ],
    'read-stopped-jobs': [of(readStoppedJobs, 1)],
    'read-storage': [
      of(readStorage, undefined),
      {
        ...of(readDistributedStorage, undefined),
        noPlan: 'only a Citus cluster has its function',
      },
    ],
    'read-tokens': [
      of(readTokens, undefined),
      of(readTokensAbove, { accountId: 1, from: id, limit: 5 }),
      of(readTokensBelow, { accountId: 1, from: id, limit: 5 }),
    ],
    'read-inboxes': [of(readAllInboxes, undefined), of(readInboxes, 1)],
    'read-view': [of(readView, { accountId: 1, id })],
    'read-views': [of(readViews, 1)],
    'update-inbox': [of(updateInbox, inbox)],
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
    'read-writer-positions': [of(readWriterPositions, undefined)],
    'read-writers': [of(readWriters, { sinceMs: NOW_MS })],
    'void-delta': [of(voidDelta, { mark }, { delta: 0 })],
    'take-probe': [of(takeProbe, { ...one, holdMs: 1_000 }, { breaker: 1 })],
    'delete-old-filters': [of(deleteOldFilters, { keptFromMs: 1, limit: 5 })],
    'delete-unsettled-filters': [of(deleteUnsettledFilters, { settledMs: NOW_MS, limit: 5 })],
    'insert-key-batches': [of(insertKeyBatches, accepted, { key_batch: 0 })],
    'insert-filter': [
      of(insertFilter, {
        fromMs: 1,
        untilMs: 2,
        buckets: 1,
        events: 0,
        attempts: 0,
        lateBlocks: 0,
        filter: Buffer.alloc(1_024),
        stale: false,
      }),
    ],
    'find-archived-invocation': [
      of(
        findArchivedInvocation,
        {
          eventId: today.eventId,
          webhooks: [{ id: webhookId, held: null }],
          firstId: span.fromId,
          lastId: span.untilId,
          filter: EVERY_CONDITION,
        },
        { archive_invocation: ARCHIVE_PARTITIONS },
      ),
    ],
    'probe-filters': [of(probeFilters, { beforeMs: NOW_MS, afterMs: 0, hashes: [1, 2], limit: 5 })],
    'read-attempt-texts': inFamilies(
      readAttemptTexts,
      [few[1], few[4]].map((row) => ({
        lane: LANE,
        webhook_id: webhookId,
        invocation_id: row?.id as string,
        number: 1,
      })),
      { attempt: 2 },
    ),
    'read-filter-ends': [of(readFilterEnds, undefined)],
    'read-found-events': inFamilies(
      readFoundEvents,
      [few[1], few[4]].map((row) => ({ accountId: 1, id: row?.eventId as string })),
      { event: 2 },
    ),
    'read-found-invocations': inFamilies(
      readFoundInvocations,
      {
        wanted: [{ webhookId, held: null, firstId: today.id, lastId: today.id }],
        filter: EVERY_CONDITION,
      },
      { invocation: 1 },
    ),
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
    'search-attempts': inFamilies(
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
    'search-events': inFamilies(
      searchEvents,
      { ...span, accountId: 1, patterns, filter: EVERY_CONDITION, limit: 10 },
      { event: 2 },
    ),
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
        signing_keys: null,
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
