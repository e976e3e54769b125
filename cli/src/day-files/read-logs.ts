import { knownUntil } from '@hooktrail/server/known-until';
import { RemoteFailure } from '@hooktrail/server/remote-failure';
import type { ArchiveRun } from './archive-run.ts';
import { GAPS, gapLine } from './gap-line.ts';
import { mirrorWebhooks } from './mirror-webhooks.ts';
import { pollLog, walkLog } from './read-log.ts';

/** Reads the logs of all webhooks, those that were read longest ago first. @throws RemoteFailure */
export async function readLogs(run: ArchiveRun): Promise<void> {
  const { webhooks } = run.folder.state;
  const ids = Object.keys(webhooks)
    .filter((id) => webhooks[id]?.ended === false)
    .sort((a, b) => (webhooks[a]?.watermarkMs ?? 0) - (webhooks[b]?.watermarkMs ?? 0));
  for (const id of ids) await attempt(run, id, () => pollLog(run, id));
  for (const id of ids) {
    if (!run.webhook(id).ended) await attempt(run, id, () => walkLog(run, id));
  }
}

/** Of one webhook: what is wrong with it alone does not keep the others from being read. */
async function attempt(run: ArchiveRun, id: string, read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    if (error.code === 'not found') return await noteGone(run, id);
    if (error.code !== 'unreadable') throw error;
    run.problems.push(`webhook ${run.webhook(id).name}: ${error.message}`);
  }
}

/** The log of a webhook is not there: it was deleted, now or since its list was read. */
async function noteGone(run: ArchiveRun, id: string): Promise<void> {
  if (run.webhook(id).goneMs === null) await mirrorWebhooks(run);
  const webhook = run.webhook(id);
  const { goneMs, name, watermarkMs } = webhook;
  if (goneMs === null) {
    run.problems.push(`webhook ${name}: it is listed, and its log is not found`);
    return;
  }
  const ended = { ...webhook, walk: null, fullWalk: null, ended: true };
  if (watermarkMs === null || watermarkMs >= goneMs) return await run.moved(id, ended);
  const fromMs = knownUntil(webhook, watermarkMs);
  const gap = { fromMs, toMs: goneMs, reason: 'webhook gone' } as const;
  await run.moved(id, ended, new Map([[GAPS, [gapLine(id, name, gap, run.reader.remoteMs)]]]));
}
