import type { WebhookInvocation } from '@hooktrail/sdk';
import { type Advanced, advanceWalk } from '@hooktrail/server/advance-walk';
import type { RemotePage } from '@hooktrail/server/create-remote';
import type { Walk } from '@hooktrail/server/poll-walk';
import { readRemoteRows } from '@hooktrail/server/read-remote-rows';
import { RemoteFailure } from '@hooktrail/server/remote-failure';
import type { RemoteOutcome } from '@hooktrail/server/remote-outcome';
import { wantsBody } from '@hooktrail/server/wants-body';
import { wireRow } from '../output/wire-row.ts';
import type { ArchiveRun } from './archive-run.ts';
import { queueOf, type WantedBodies } from './bodies-queue.ts';
import { rowFile } from './known-rows.ts';
import { rowKey } from './row-key.ts';

/** A page of a log: how far the walk is then, and what is to be appended. */
export interface ReadPage {
  readonly advanced: Advanced;
  readonly appended: Map<string, string[]>;
  /** Tells the run that all of it was written. */
  readonly noteWritten: () => void;
}

/** Reads the next page of a walk. @throws RemoteFailure */
export async function readPage(run: ArchiveRun, id: string, walk: Walk | null): Promise<ReadPage> {
  const asked = walk?.after ?? undefined;
  const page: RemotePage<WebhookInvocation> = await run.reader.ask((remote) =>
    remote.invocations(id, asked),
  );
  if (asked !== undefined && page.after === asked) {
    throw new RemoteFailure('unreadable', 'the service gives the same page again and again');
  }
  const appended = new Map<string, string[]>();
  const append = (file: string, line: string): void => {
    const lines = appended.get(file);
    if (lines === undefined) appended.set(file, [line]);
    else lines.push(line);
  };
  const fresh: RemoteOutcome[] = [];
  const wanted = new Map<string, { queue: string; rows: WantedBodies['rows'][number][] }>();
  const rows: { completedMs: number; known: boolean }[] = [];
  const seen = new Set<string>();
  for (const item of page.items) {
    const [outcome] = readRemoteRows([item]);
    if (outcome === undefined || seen.has(rowKey(id, outcome))) continue;
    seen.add(rowKey(id, outcome));
    const known = await run.known.has(id, outcome);
    rows.push({ completedMs: outcome.completedMs, known });
    if (known) continue;
    fresh.push(outcome);
    // Whatever the service says, the row is that of the log which has it.
    append(rowFile(outcome.completedMs), JSON.stringify({ ...wireRow(item), webhook_id: id }));
    const { completedMs, remoteId, remoteStatus, sent, status } = outcome;
    const one = { attemptsCount: sent ? 1 : 0, id: remoteId, status };
    if (!wantsBody(one, run.rule)) continue;
    const queue = queueOf(status);
    const key = `${queue} ${remoteId}`;
    const entry = wanted.get(key) ?? { queue, rows: [] };
    entry.rows.push({ status: remoteStatus ?? status, completedMs });
    wanted.set(key, entry);
  }
  for (const [key, { queue, rows: its }] of wanted) {
    const entry: WantedBodies = { webhookId: id, id: key.slice(queue.length + 1), rows: its };
    append(queue, JSON.stringify(entry));
  }
  const { newestMs } = run.webhook(id);
  const { latestMs, remoteMs } = page.facts;
  const advanced = advanceWalk(walk, { rows, after: page.after, remoteMs, latestMs }, newestMs);
  return {
    advanced,
    appended,
    noteWritten() {
      for (const outcome of fresh) run.known.add(id, outcome);
      run.count({ rows: fresh.length, lateRows: advanced.late });
    },
  };
}
