import type { ManualClock } from '@hooktrail/harness/zendesk/manual-clock';
import type { RemoteRow } from '@hooktrail/harness/zendesk/remote-row';
import type { ZendeskDouble } from '@hooktrail/harness/zendesk/zendesk-double';
import type { PolledArchive } from './polled-archive.ts';
import type { RemoteSchedule } from './remote-schedule.ts';
import { isListedInTime, rowProblems } from './row-problems.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A row that is later than a walk of the same day would be lost in an outage of less than seven days. */
const LATE_UP_TO = 6 * HOUR;

/** The longest time without polling that loses nothing: a late row, a day between walks, and this. */
const LONGEST_SILENCE = 5.5 * DAY;

/** What a schedule did that loses rows. */
export interface Losses {
  /** When nobody had polled for so long that rows were forgotten: from its beginning to its end. */
  readonly outages: readonly { readonly fromMs: number; readonly toMs: number }[];
  readonly erasures: readonly { readonly atMs: number; readonly webhooks: readonly string[] }[];
  readonly deletions: readonly { readonly atMs: number; readonly webhook: string }[];
}

interface Happened {
  readonly webhooks: readonly string[];
  readonly losses: Losses;
  /** Rows that polls should have found without a walk. */
  readonly problems: readonly string[];
}

interface Parts {
  readonly double: ZendeskDouble;
  readonly clock: ManualClock;
  readonly archive: PolledArchive;
}

/** Lets a schedule happen, and then polls until the archive has all that it will ever have. */
export async function runSchedule(
  { archive, clock, double }: Parts,
  { happenings, lateShare, perHour }: RemoteSchedule,
): Promise<Happened> {
  const { account, faults } = double;
  const traffic = { lateShare, lateUpToMs: LATE_UP_TO };
  const outages: { fromMs: number; toMs: number }[] = [];
  const erasures: { atMs: number; webhooks: readonly string[] }[] = [];
  const deletions: { atMs: number; webhook: string }[] = [];
  const webhooks: string[] = [];
  const problems: string[] = [];
  const existing = () => webhooks.filter((id) => !account.state(id).deleted);
  const create = (rate: number) => {
    const { id } = account.create();
    account.setTraffic(id, { ...traffic, perHour: rate });
    webhooks.push(id);
  };
  let silentFromMs = clock.nowMs();
  for (const rate of perHour) create(rate);
  clock.advance(2 * DAY);
  await catchUp();

  for (const happening of happenings) {
    switch (happening.kind) {
      case 'polling':
        await archive.pollUntil(clock.nowMs() + happening.forMs);
        break;
      case 'outage': {
        const isLong = happening.forMs > 7 * DAY;
        const silenceMs = clock.nowMs() - silentFromMs + happening.forMs;
        if (isLong || silenceMs > LONGEST_SILENCE) await catchUp();
        const fromMs = clock.nowMs();
        clock.advance(happening.forMs);
        if (!isLong) break;
        await catchUp();
        outages.push({ fromMs, toMs: fromMs + happening.forMs });
        break;
      }
      case 'storm':
        faults.storm(happening.share, [
          { kind: 'status', status: 500 },
          { kind: 'status', status: 503, body: '<html>' },
          { kind: 'throttle', retryAfter: '5' },
          { kind: 'throttle', retryAfter: undefined },
          { kind: 'drop' },
          { kind: 'drop', midway: true },
          { kind: 'html' },
          { kind: 'truncated' },
          { kind: 'body', body: '{"invocations": {}, "webhooks": null}' },
        ]);
        await archive.pollUntil(clock.nowMs() + happening.forMs);
        faults.clear();
        break;
      case 'kill':
        archive.killAt(happening);
        break;
      case 'burst': {
        const id = existing()[happening.webhook % Math.max(1, existing().length)];
        if (id !== undefined) account.burst(id, happening.count);
        break;
      }
      case 'creation':
        if (existing().length < 3) create(1);
        break;
      case 'erasure':
        await catchUp();
        erasures.push({ atMs: clock.nowMs(), webhooks: existing() });
        account.eraseLog();
        await catchUp();
        break;
      case 'deletion': {
        const id = existing()[happening.webhook % Math.max(1, existing().length)];
        if (id === undefined) break;
        await catchUp();
        deletions.push({ atMs: clock.nowMs(), webhook: id });
        account.delete(id);
        await catchUp();
        break;
      }
    }
    const nowMs = clock.nowMs();
    if (await archive.isCaughtUp(nowMs - HOUR, nowMs - DAY)) silentFromMs = nowMs;
  }
  await catchUp();
  for (const id of existing()) account.setTraffic(id, undefined);
  clock.advance(DAY + HOUR);
  await catchUp(0);
  return { webhooks, losses: { outages, erasures, deletions }, problems };

  async function catchUp(walkedWithinMs = DAY): Promise<void> {
    const sinceMs = clock.nowMs();
    do {
      if (clock.nowMs() > sinceMs + DAY) throw new Error('polling for a day does not catch up');
      await archive.pollUntil(clock.nowMs() + 5 * MINUTE);
    } while (!(await archive.isCaughtUp(sinceMs, sinceMs - walkedWithinMs)));
    silentFromMs = clock.nowMs();
    const isDue = (row: RemoteRow) => row.listedAtMs <= sinceMs && isListedInTime(row);
    for (const id of webhooks) {
      problems.push(...(await rowProblems(account, archive, id, isDue)));
    }
  }
}
