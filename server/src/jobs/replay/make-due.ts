import type { Directory } from '../../directory/directory.ts';
import type { Clock } from '../../model/clock.ts';
import { historyEntry } from '../../model/history-entry.ts';
import { newId } from '../../model/ids.ts';
import { laneOf } from '../../model/lanes.ts';
import { insertJobInvocations } from '../../sql/insert-job-invocations.ts';
import { linkCopies } from '../../sql/link-copies.ts';
import { readEvents } from '../../sql/read-events.ts';
import type { JobItemRow } from '../../sql/read-job-items.ts';
import { type ReplayableRow, readReplayable } from '../../sql/read-replayable.ts';
import { replayInvocations } from '../../sql/replay-invocations.ts';
import { type SettledItem, settleJobItems } from '../../sql/settle-job-items.ts';
import type { HeldJob } from '../held/held-job.ts';
import { pageProgress } from './page-progress.ts';
import type { ReplaySpec } from './replay-spec.ts';
import { settledAs } from './settled-as.ts';
import type { SkipReason } from './skip-reason.ts';

interface Parts {
  readonly clock: Clock;
  readonly directory: Directory;
  /** Tells claimers, here and on other nodes, of invocations that are due. */
  readonly lookAfter: (webhookIds: readonly string[]) => void;
}

/**
 * Makes a page of invocations of one webhook due, and moves the job, in one transaction: from there on they are
 * due work like any other. Resolves to how many they are.
 */
export async function makeDue(
  parts: Parts,
  job: HeldJob,
  webhookId: string,
  items: readonly JobItemRow[],
): Promise<number> {
  const { clock, directory, lookAfter } = parts;
  const spec = job.row.spec as ReplaySpec;
  const receiverId = spec.target_webhook_id ?? webhookId;
  const version = directory.version(job.accountId);
  const { reasons, rows } = await check(job, webhookId, items);
  const sendable = items.filter(({ invocation_id: id }) => !reasons.has(id));
  const requested = `requested by ${job.requestedBy}`;
  const copies = new Map<string, string>();
  let sent = 0;
  await job.moveBy(async (runner) => {
    const request = { accountId: job.accountId, version, jobId: job.id };
    const lane = laneOf(receiverId);
    const taken = new Set<string>();
    if (sendable.length > 0 && spec.target_webhook_id === null) {
      const replayed = await runner.run(replayInvocations, {
        ...request,
        lane,
        webhookId,
        items: sendable.map((item) => ({
          id: item.invocation_id,
          attemptsCount: item.attempts_count,
        })),
        entry: historyEntry(clock.now(), 'replayed', `by job ${job.id}, ${requested}`),
      });
      for (const { id } of replayed) taken.add(id);
    } else if (sendable.length > 0) {
      const made = sendable.map((item) => {
        const id = newId(clock.now());
        copies.set(item.invocation_id, id);
        const origin = rows.get(item.invocation_id) as ReplayableRow;
        const why = `by job ${job.id}, as a copy of invocation ${origin.id} of webhook ${webhookId}, ${requested}`;
        return {
          id,
          eventId: origin.event_id,
          eventType: origin.event_type,
          originWebhookId: webhookId,
          originId: origin.id,
          entry: historyEntry(clock.now(), 'replayed', why),
        };
      });
      const inserted = await runner.run(insertJobInvocations, {
        ...request,
        lane,
        webhookId: receiverId,
        items: made,
      });
      if (inserted.length > 0) {
        await runner.run(linkCopies, {
          lane: laneOf(webhookId),
          webhookId,
          copyWebhookId: receiverId,
          copies: [...copies].map(([originId, id]) => ({ originId, id })).sort(byOrigin),
        });
        for (const { invocation_id: id } of sendable) taken.add(id);
      }
    }
    // Nothing of a page is taken when the account has changed since: the next turn decides again.
    const isStale =
      sendable.length > 0 && taken.size === 0 && (await isStaleAt(parts, job, version));
    const settled: SettledItem[] = [];
    for (const item of items) {
      const { invocation_id: id } = item;
      const reason = reasons.get(id) ?? (taken.has(id) || isStale ? undefined : 'changed since');
      if (reason !== undefined) settled.push(settledAs(item, 'skipped', reason));
      else if (taken.has(id)) {
        settled.push({
          ...settledAs(item, 'sent', null),
          targetId: copies.get(id) ?? null,
        });
      }
    }
    if (settled.length > 0) await runner.run(settleJobItems, { jobId: job.id, items: settled });
    sent = taken.size;
    return { progress: pageProgress(job, settled, sent) };
  });
  if (sent > 0) lookAfter([receiverId]);
  return sent;
}

async function isStaleAt({ directory }: Parts, job: HeldJob, version: number): Promise<boolean> {
  await directory.refreshAccount(job.accountId);
  return directory.version(job.accountId) !== version;
}

/** What of a page cannot be sent, and why. */
async function check(job: HeldJob, webhookId: string, items: readonly JobItemRow[]) {
  const { accountId, database, row } = job;
  const spec = row.spec as ReplaySpec;
  const ids = items.map(({ invocation_id: id }) => id);
  const found = await database.run(readReplayable, { lane: laneOf(webhookId), webhookId, ids });
  const rows = new Map(found.map((one) => [one.id, one]));
  const events = [...new Set(found.map(({ event_id: id }) => id))].map((id) => ({
    accountId,
    id,
  }));
  const kept = new Set(
    events.length === 0
      ? []
      : (await database.run(readEvents, { events, maxBytes: 0 })).map(({ id }) => id),
  );
  const reasons = new Map<string, SkipReason>();
  for (const item of items) {
    const { invocation_id: id } = item;
    const one = rows.get(id);
    if (one === undefined) reasons.set(id, 'invocation gone');
    else if (!kept.has(one.event_id)) reasons.set(id, 'body gone');
    else if (one.erased) reasons.set(id, 'body erased');
    else if (one.delivered && !spec.include_succeeded) reasons.set(id, 'delivered');
    else if (one.attempts_count !== item.attempts_count) reasons.set(id, 'changed since');
  }
  return { reasons, rows };
}

/** Two jobs that copy the same invocations lock them in one order. */
const byOrigin = (one: { readonly originId: string }, other: { readonly originId: string }) =>
  one.originId < other.originId ? -1 : 1;
