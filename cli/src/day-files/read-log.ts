import { concludePoll } from '@hooktrail/server/conclude-poll';
import { isStale } from '@hooktrail/server/poll-walk';
import { RemoteFailure } from '@hooktrail/server/remote-failure';
import type { ArchiveRun } from './archive-run.ts';
import { GAPS, gapLine } from './gap-line.ts';
import { type ReadPage, readPage } from './read-page.ts';

/** After a walk over all seven days, which finds what was listed late. */
const WALK_EVERY_MS = 24 * 60 * 60_000;

/** Reads the log of a webhook from its newest row to what is known. @throws RemoteFailure */
export async function pollLog(run: ArchiveRun, id: string): Promise<void> {
  const begun = run.webhook(id).walk;
  if (begun !== null && isStale(begun, run.reader.remoteMs)) {
    await run.moved(id, { ...run.webhook(id), walk: null });
  }
  let mayRestart = true;
  while (!run.isOver()) {
    const webhook = run.webhook(id);
    let page: ReadPage;
    try {
      page = await readPage(run, id, webhook.walk);
    } catch (error) {
      // A cursor that the service does not know any more: from the newest row again.
      const isOld = error instanceof RemoteFailure && error.isRefused && webhook.walk !== null;
      if (!isOld || !mayRestart) throw error;
      mayRestart = false;
      await run.moved(id, { ...webhook, walk: null });
      continue;
    }
    const { advanced, appended } = page;
    const concluded = concludePoll(advanced, webhook);
    const foundMs = advanced.walk.readMs;
    if (concluded?.gap !== undefined) {
      appended.set(GAPS, [gapLine(id, webhook.name, concluded.gap, foundMs)]);
    }
    const again = concluded?.again ?? null;
    if (again !== null) {
      run.problems.push(
        `webhook ${webhook.name}: its log seems to be erased; the next run makes sure of it`,
      );
    }
    const next =
      concluded === undefined || again !== null
        ? { ...webhook, walk: again ?? advanced.walk }
        : {
            ...webhook,
            ...concluded.state,
            walk: null,
            // The first poll was a walk over all seven days.
            walkedMs: webhook.walkedMs ?? foundMs,
          };
    await run.moved(id, next, appended);
    page.noteWritten();
    if (concluded !== undefined) return;
  }
}

/** Walks over all seven days, once a day. @throws RemoteFailure */
export async function walkLog(run: ArchiveRun, id: string): Promise<void> {
  let mayRestart = true;
  while (!run.isOver()) {
    const webhook = run.webhook(id);
    const { fullWalk, walkedMs } = webhook;
    if (walkedMs === null) return;
    if (fullWalk === null && run.reader.remoteMs - walkedMs < WALK_EVERY_MS) return;
    let page: ReadPage;
    try {
      page = await readPage(run, id, fullWalk);
    } catch (error) {
      const isOld = error instanceof RemoteFailure && error.isRefused && fullWalk !== null;
      if (!isOld || !mayRestart) throw error;
      mayRestart = false;
      await run.moved(id, { ...webhook, fullWalk: null });
      continue;
    }
    const { advanced, appended } = page;
    const next = advanced.atEnd
      ? { ...webhook, fullWalk: null, walkedMs: advanced.walk.startedMs }
      : { ...webhook, fullWalk: advanced.walk };
    await run.moved(id, next, appended);
    page.noteWritten();
    if (advanced.atEnd) return;
  }
}
