import type { RemoteAccount } from '@hooktrail/harness/zendesk/remote-account';
import type { RemoteRow } from '@hooktrail/harness/zendesk/remote-row';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../model/time-units.ts';
import type { ArchivedGap, PolledArchive } from './polled-archive.ts';

/** What is listed later than this is found by the daily walk. */
const OVERLAP_MS = 10 * MINUTE_MS;
const WALKS_MS = DAY_MS + HOUR_MS;

/**
 * The rows of a webhook that are archived twice, that never were, or that are due, missing and in no gap.
 */
export async function rowProblems(
  account: RemoteAccount,
  archive: PolledArchive,
  id: string,
  isDue: (row: RemoteRow) => boolean,
): Promise<string[]> {
  const problems: string[] = [];
  const history = new Map(account.history(id).map((row) => [keyOf(row), row]));
  const rows = await archive.rows(id);
  const gaps = await archive.gaps(id);
  const archived = new Set(rows);
  if (archived.size < rows.length) problems.push(`${id}: ${rows.length - archived.size} twice`);
  for (const key of archived) if (!history.has(key)) problems.push(`${id}: never was: ${key}`);
  for (const [key, row] of history) {
    const { listedAtMs, unreadableFromMs } = row;
    if (archived.has(key) || !isDue(row) || listedAtMs >= unreadableFromMs) continue;
    if (gaps.some((gap) => excuses(gap, row))) continue;
    const times = [listedAtMs, unreadableFromMs].map((ms) => new Date(ms).toISOString());
    problems.push(`${id}: lacks ${key}, readable ${times.join('..')}`);
  }
  return problems;
}

/** Whether polls find it; walks find later ones. */
export function isListedInTime({ completedAtMs, listedAtMs }: RemoteRow): boolean {
  return listedAtMs - completedAtMs <= OVERLAP_MS;
}

function keyOf({ completedAtMs, id, status }: RemoteRow): string {
  return `${id} ${status} ${completedAtMs}`;
}

/** A gap says that rows of its span are missing, and late ones that came up in it or since the last walk. */
function excuses({ fromMs, toMs }: ArchivedGap, row: RemoteRow): boolean {
  const { completedAtMs, listedAtMs } = row;
  if (completedAtMs > toMs) return false;
  return (
    completedAtMs >= fromMs - 1_000 ||
    listedAtMs >= (isListedInTime(row) ? fromMs : fromMs - WALKS_MS)
  );
}
