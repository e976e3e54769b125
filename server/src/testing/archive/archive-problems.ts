import type { RemoteAccount } from '@hooktrail/harness/zendesk/remote-account';
import type { ArchivedGap, PolledArchive } from './polled-archive.ts';
import { rowProblems } from './row-problems.ts';
import type { Losses } from './run-schedule.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Where a span of a log may begin and end, and why. */
interface ExpectedGap {
  readonly reason: string;
  readonly fromMs: readonly [number, number];
  readonly toMs: readonly [number, number];
}

/** Polls of a quiet webhook are this far apart, and reread ten minutes. */
const SLACK = HOUR;

/**
 * What is wrong with an archive after a schedule: rows that it lacks and no gap covers, rows that it has
 * twice or that never were, and gaps that are not the expected ones.
 */
export async function archiveProblems(
  account: RemoteAccount,
  archive: PolledArchive,
  webhooks: readonly string[],
  losses: Losses,
): Promise<string[]> {
  const problems: string[] = [];
  for (const id of webhooks) {
    problems.push(...(await rowProblems(account, archive, id, () => true)));
    problems.push(...gapProblems(id, await archive.gaps(id), expectedGaps(id, account, losses)));
  }
  return problems;
}

function expectedGaps(id: string, account: RemoteAccount, losses: Losses): ExpectedGap[] {
  const createdMs = Date.parse(account.state(id).webhook.created_at);
  const deletedMs = losses.deletions.find(({ webhook }) => webhook === id)?.atMs ?? Infinity;
  const existed = ({ atMs }: { atMs: number }) => createdMs < atMs && atMs < deletedMs;
  const outages = losses.outages
    .filter(({ fromMs }) => existed({ atMs: fromMs }))
    .map(({ fromMs, toMs }): ExpectedGap => {
      const forgottenMs = toMs - 7 * DAY;
      return {
        reason: 'outage',
        fromMs: [fromMs - SLACK, fromMs],
        // The clock of the service has whole seconds.
        toMs: [forgottenMs - 1_000, forgottenMs + SLACK],
      };
    });
  const erasures = losses.erasures
    .filter(({ atMs, webhooks }) => webhooks.includes(id) && wasSeen(account, id, atMs))
    .map(
      ({ atMs }): ExpectedGap => ({
        reason: 'log erased',
        fromMs: [atMs - SLACK, atMs],
        toMs: [atMs - SLACK, atMs + SLACK],
      }),
    );
  const deletion: ExpectedGap = {
    reason: 'webhook gone',
    fromMs: [deletedMs - SLACK, deletedMs],
    toMs: [deletedMs, deletedMs + SLACK],
  };
  return [...outages, ...erasures, ...(deletedMs < Infinity ? [deletion] : [])];
}

/** An empty log that is erased looks as before. */
function wasSeen(account: RemoteAccount, id: string, atMs: number): boolean {
  return account
    .history(id)
    .some(
      ({ completedAtMs, listedAtMs, unreadableFromMs }) =>
        unreadableFromMs === atMs &&
        listedAtMs < atMs - MINUTE &&
        completedAtMs > atMs - 7 * DAY + HOUR,
    );
}

function gapProblems(
  id: string,
  gaps: readonly ArchivedGap[],
  expected: readonly ExpectedGap[],
): string[] {
  const rest = [...gaps];
  const problems: string[] = [];
  for (const one of expected) {
    const at = rest.findIndex(
      ({ fromMs, reason, toMs }) =>
        reason === one.reason && isWithin(fromMs, one.fromMs) && isWithin(toMs, one.toMs),
    );
    if (at >= 0) rest.splice(at, 1);
    else
      problems.push(`${id}: no gap "${one.reason}" from ${span(one.fromMs)} to ${span(one.toMs)}`);
  }
  for (const { fromMs, reason, toMs } of rest) {
    problems.push(`${id}: a gap "${reason}" ${span([fromMs, toMs])} too many`);
  }
  return problems;
}

function isWithin(atMs: number, [from, to]: readonly [number, number]): boolean {
  return atMs >= from && atMs <= to;
}

function span([from, to]: readonly [number, number]): string {
  return `${new Date(from).toISOString()}..${new Date(to).toISOString()}`;
}
