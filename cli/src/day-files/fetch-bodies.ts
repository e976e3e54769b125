import type { WebhookInvocationAttempt } from '@hooktrail/sdk';
import { LOG_MS } from '@hooktrail/server/conclude-poll';
import { RemoteFailure } from '@hooktrail/server/remote-failure';
import { counted } from '../output/counted.ts';
import { wireRow } from '../output/wire-row.ts';
import type { Appended } from './archive-folder.ts';
import type { ArchiveRun } from './archive-run.ts';
import type { Queued, WantedBodies } from './bodies-queue.ts';
import { isOfOne } from './is-of-one.ts';
import { attemptFile } from './known-rows.ts';
import { nextWanted } from './next-wanted.ts';

/** As many as the server reads: an invocation has few. */
const MOST_ATTEMPT_PAGES = 5;

/** After so many runs one that cannot be read is given up: it must not hold up the others for ever. */
const MOST_RUNS = 5;

/** As many in a row are the service: each took a reader's tries, 16 s or minutes. */
const MOST_FAILURES = 3;

/** Fetches what was sent and answered of the rows in the queues, failures first. @throws RemoteFailure */
export async function fetchBodies(run: ArchiveRun): Promise<void> {
  let latest: RemoteFailure | undefined;
  let failures = 0;
  let inARow = 0;
  try {
    for await (const queued of nextWanted(run.folder)) {
      if (run.isOver() || inARow === MOST_FAILURES) break;
      const failure = await fetchOne(run, queued);
      inARow = failure === undefined ? 0 : inARow + 1;
      if (failure === undefined) continue;
      latest = failure;
      failures++;
    }
  } finally {
    if (latest !== undefined) {
      run.problems.push(`bodies of ${counted(failures, 'invocation')}: ${latest.message}`);
    }
  }
}

/** Returns why it failed, if another run is to try it again. */
async function fetchOne(run: ArchiveRun, queued: Queued): Promise<RemoteFailure | undefined> {
  const { wanted } = queued;
  const newestMs = Math.max(...wanted.rows.map(({ completedMs }) => completedMs));
  let attempts: WebhookInvocationAttempt[] = [];
  try {
    // What the service has forgotten is not worth a request.
    if (newestMs > run.reader.remoteMs - LOG_MS) attempts = await attemptsOf(run, wanted);
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    // What is unavailable may come back until the service has forgotten it.
    const tries = (wanted.tries ?? 0) + (error.code === 'unreadable' ? 1 : 0);
    const isLost = error.code === 'not found' || error.isRefused;
    if (!isLost && !isOfOne(error)) throw error;
    if (!isLost && tries < MOST_RUNS) {
      // To the end of its queue.
      const again = JSON.stringify({ ...wanted, tries } satisfies WantedBodies);
      await take(run, queued, new Map([[queued.file, [again]]]), 0);
      return error;
    }
  }
  const matched = match(attempts, wanted.rows);
  const appended = new Map<string, string[]>();
  for (const { attempt, completedMs } of matched) {
    const { id, webhookId } = wanted;
    const kept = run.mask?.attempt(attempt) ?? attempt;
    const line = { ...wireRow(kept), webhook_id: webhookId, invocation_id: id };
    const name = attemptFile(completedMs);
    appended.set(name, [...(appended.get(name) ?? []), JSON.stringify(line)]);
  }
  const lost = wanted.rows.length - matched.length;
  await take(run, queued, appended, lost);
  run.count({ attempts: matched.length, bodiesLost: lost });
  return undefined;
}

/** Takes an entry off its queue, with what is written for it. */
async function take(
  run: ArchiveRun,
  { file, nextByte }: Queued,
  appended: Appended,
  lost: number,
): Promise<void> {
  const { folder } = run;
  const { state } = folder;
  const isEmpty = nextByte >= folder.lengthOf(file) && !appended.has(file);
  await folder.commit(
    appended,
    {
      ...state,
      rateLimit: run.reader.pace.limit,
      lostBodies: state.lostBodies + lost,
      fetched: { ...state.fetched, [file]: isEmpty ? 0 : nextByte },
    },
    isEmpty ? [file] : [],
  );
}

/** The attempts of an invocation. @throws RemoteFailure */
async function attemptsOf(
  run: ArchiveRun,
  { id, webhookId }: WantedBodies,
): Promise<WebhookInvocationAttempt[]> {
  const attempts: WebhookInvocationAttempt[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < MOST_ATTEMPT_PAGES; pages++) {
    const page = await run.reader.ask((remote) => remote.attempts(webhookId, id, after));
    attempts.push(...page.items);
    after = page.after;
    if (after === undefined) break;
  }
  return attempts;
}

/** Times are whole seconds in the log, and may be a little off among the attempts. */
const NEAR_MS = 2_000;

/** The attempt of each row. Ids say nothing: the service repeats that of the webhook. */
function match(
  attempts: readonly WebhookInvocationAttempt[],
  rows: WantedBodies['rows'],
): { readonly attempt: WebhookInvocationAttempt; readonly completedMs: number }[] {
  const free = new Set(attempts);
  const matched = new Map<WantedBodies['rows'][number], WebhookInvocationAttempt>();
  for (const nearMs of [0, NEAR_MS]) {
    for (const row of rows) {
      if (matched.has(row)) continue;
      for (const attempt of free) {
        const atMs = attempt.completedAt?.getTime() ?? row.completedMs;
        const offMs = Math.abs(Math.floor(atMs / 1_000) * 1_000 - floored(row.completedMs));
        if (attempt.status !== row.status || offMs > nearMs) continue;
        matched.set(row, attempt);
        free.delete(attempt);
        break;
      }
    }
  }
  return [...matched].map(([{ completedMs }, attempt]) => ({ attempt, completedMs }));
}

const floored = (ms: number): number => Math.floor(ms / 1_000) * 1_000;
