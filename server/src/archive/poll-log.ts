import type { Runner } from '../database/database.ts';
import { newId } from '../model/ids.ts';
import { MINUTE_MS, SECOND_MS } from '../model/time-units.ts';
import { insertArchiveGap } from '../sql/insert-archive-gap.ts';
import { concludePoll, type Gap } from './poll/conclude-poll.ts';
import { knownUntil } from './poll/known-until.ts';
import { nextInterval } from './poll/next-interval.ts';
import { isStale } from './poll/walk.ts';
import { type LogPageRead, readLogPage } from './read-log-page.ts';
import { RemoteFailure } from './remote/remote-failure.ts';
import type { SourceHold } from './source-hold.ts';
import type { WebhookState } from './webhook-state.ts';

/** A log that seems to be erased is read once more after this: the service may have answered wrongly. */
const CONFIRM_MS = MINUTE_MS;

/** One page of a poll; the last one moves the watermark and says when the next poll is. @throws RemoteFailure */
export async function pollLog(hold: SourceHold, before: WebhookState): Promise<void> {
  const { clock } = hold.parts;
  const webhook =
    before.walk !== null && isStale(before.walk, hold.remoteMs)
      ? { ...before, walk: null }
      : before;
  const { walk } = webhook;
  let read: LogPageRead;
  try {
    read = await readLogPage(hold, webhook, walk);
  } catch (error) {
    if (await endPoll(hold, webhook, error)) return;
    throw error;
  }
  const { advanced, counted, prepared } = read;
  const concluded = concludePoll(advanced, webhook);
  const nowMs = clock.now();
  if (concluded === undefined) {
    await hold.moved({ ...counted, walk: advanced.walk, dueMs: nowMs }, prepared.write);
    return;
  }
  hold.facts = { ...hold.facts, polledMs: nowMs };
  if (concluded.again !== null) {
    const dueMs = nowMs + CONFIRM_MS;
    await hold.moved({ ...counted, walk: concluded.again, dueMs }, prepared.write);
    return;
  }
  const everyMs = nextInterval({
    walk: advanced.walk,
    everyMs: webhook.everyMs,
    spacingMs: hold.pace.spacingMs,
    webhooks: hold.webhooks.size,
  });
  await hold.moved(
    {
      ...counted,
      ...concluded.state,
      walk: null,
      polledMs: Math.max(nowMs, webhook.goneMs ?? nowMs),
      // The first poll was a walk over all seven days.
      walkedMs: webhook.walkedMs ?? nowMs,
      everyMs,
      dueMs: nowMs + everyMs,
    },
    async (runner) => {
      await prepared.write(runner);
      if (concluded.gap !== undefined) await insertGap(hold, runner, webhook, concluded.gap);
    },
  );
}

/** What a refused poll means for its webhook. Whether that is all there is to it. */
async function endPoll(hold: SourceHold, webhook: WebhookState, error: unknown): Promise<boolean> {
  if (!(error instanceof RemoteFailure)) return false;
  const nowMs = hold.parts.clock.now();
  if (error.code === 'not found') {
    if (webhook.goneMs === null) {
      // The list of webhooks says whether it is gone.
      hold.mirrorDueMs = Math.min(hold.mirrorDueMs, nowMs);
      hold.webhooks.set(webhook.id, { ...webhook, dueMs: nowMs + MINUTE_MS });
      return false;
    }
    const { goneMs, watermarkMs } = webhook;
    // By our clock, and the watermark by that of the service, which shows whole seconds.
    const goneThereMs = goneMs + (hold.remoteMs - nowMs) + SECOND_MS;
    const polledMs = Math.max(nowMs, goneMs);
    await hold.moved({ ...webhook, walk: null, polledMs }, async (runner) => {
      if (watermarkMs === null) return;
      const fromMs = knownUntil(webhook, watermarkMs);
      const toMs = Math.max(watermarkMs, goneThereMs);
      await insertGap(hold, runner, webhook, { fromMs, toMs, reason: 'webhook gone' });
    });
    return true;
  }
  // A cursor that the service does not know any more: from the newest row again.
  if (!error.isRefused || webhook.walk === null) return false;
  await hold.moved({ ...webhook, walk: null, dueMs: nowMs });
  return true;
}

async function insertGap(
  hold: SourceHold,
  runner: Runner,
  { id: webhookId }: WebhookState,
  gap: Gap,
): Promise<void> {
  const { clock, log, row } = hold.parts;
  const nowMs = clock.now();
  await runner.run(insertArchiveGap, {
    accountId: row.account_id,
    sourceId: row.id,
    id: newId(nowMs),
    webhookId,
    ...gap,
    foundAtMs: nowMs,
  });
  log.warn(
    {
      source: row.name,
      webhook_id: webhookId,
      from: new Date(gap.fromMs).toISOString(),
      to: new Date(gap.toMs).toISOString(),
      reason: gap.reason,
    },
    'the archive of a source has a gap',
  );
}
