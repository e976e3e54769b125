import { knownUntil } from '@hooktrail/server/known-until';
import { RemoteFailure } from '@hooktrail/server/remote-failure';
import type { ArchiveRun } from './archive-run.ts';
import type { LogProgress } from './archive-state.ts';
import { GAPS, gapLine } from './gap-line.ts';
import { isOfOne } from './is-of-one.ts';
import { mirrorWebhooks } from './mirror-webhooks.ts';
import { pollLog, walkLog } from './read-log.ts';

/** As many logs in a row that are unavailable are the service: each took a reader's tries, 16 s or minutes. */
const MOST_UNAVAILABLE = 3;

/** Reads the logs of all webhooks, those that were asked longest ago first. @throws RemoteFailure */
export async function readLogs(run: ArchiveRun): Promise<void> {
  const ids = Object.entries(run.folder.state.webhooks)
    .filter(([, { ended }]) => !ended)
    .sort(([, a], [, b]) => askedMs(a) - askedMs(b))
    .map(([id]) => id);
  const failed = new Set<string>();
  for (const read of [pollLog, walkLog]) {
    let unavailable = 0;
    for (const id of ids) {
      if (failed.has(id) || run.webhook(id).ended) continue;
      const failure = await attempt(run, id, () => read(run, id));
      if (failure !== undefined) failed.add(id);
      unavailable = failure?.code === 'unavailable' ? unavailable + 1 : 0;
      if (failure !== undefined && unavailable === MOST_UNAVAILABLE) throw failure;
    }
  }
}

const askedMs = ({ failedMs = 0, watermarkMs }: LogProgress): number =>
  Math.max(failedMs, watermarkMs ?? 0);

/** Of one webhook: what is wrong with it alone, which is returned, does not keep the others from being read. */
async function attempt(
  run: ArchiveRun,
  id: string,
  read: () => Promise<void>,
): Promise<RemoteFailure | undefined> {
  try {
    await read();
    return undefined;
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    if (error.code === 'not found') {
      await noteGone(run, id);
      return undefined;
    }
    if (!isOfOne(error)) throw error;
    const webhook = run.webhook(id);
    run.problems.push(`webhook ${webhook.name}: ${error.message}`);
    await run.moved(id, { ...webhook, failedMs: run.reader.remoteMs });
    return error;
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
