import type { Runner } from '../database/database.ts';
import { MAX_SCHEDULE_MS } from '../model/profiles.ts';
import { DAY_MS, HOUR_MS } from '../model/time-units.ts';
import { readArchiveStart } from '../sql/read-archive-start.ts';
import type { ListedWebhook } from './select-webhooks.ts';

/** Ids may be of a time that this node has not reached yet. */
const AHEAD_MS = HOUR_MS;

interface Parts {
  readonly database: Runner;
  readonly retentionDays: number;
}

/** The span of creation that the stored invocations of webhooks may have. */
interface StoredSpan {
  /** Of all of them. */
  readonly floorMs: number;
  /** Of our own ones; `Infinity` if there are none. */
  readonly oursFromMs: number;
  readonly ceilingMs: number;
}

/**
 * The span of what is stored. Our own trail: a day goes up to a day after its retention. The archive: its
 * months.
 */
export async function storedSpan(
  { database, retentionDays }: Parts,
  webhooks: readonly ListedWebhook[],
  nowMs: number,
): Promise<StoredSpan> {
  const ceilingMs = nowMs + AHEAD_MS;
  const oursMs = Math.max(0, nowMs - (retentionDays + 1) * DAY_MS - MAX_SCHEDULE_MS);
  if (!webhooks.some(({ family }) => family === 'archived')) {
    return { floorMs: oursMs, oursFromMs: oursMs, ceilingMs };
  }
  const [start] = await database.run(readArchiveStart, undefined);
  const [, year, month] = /_(\d{4})(\d\d)$/.exec(start?.name ?? '') ?? [];
  const archiveMs = year === undefined ? nowMs : Date.UTC(Number(year), Number(month) - 1);
  const hasOurs = webhooks.some(({ family }) => family === 'local');
  return {
    floorMs: hasOurs ? Math.min(oursMs, archiveMs) : archiveMs,
    oursFromMs: hasOurs ? oursMs : Number.POSITIVE_INFINITY,
    ceilingMs,
  };
}
