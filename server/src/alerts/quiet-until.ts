import { type AlertRule, type AlertSeverity, type QuietHours, WEEKDAYS } from '../model/alert.ts';
import { DAY_MS, MINUTE_MS } from '../model/time-units.ts';

const DAY_MINUTES = 24 * 60;

/** Quiet hours of whole days follow one another; all seven of them never end, and then it is told after these. */
const MOST_MS = 8 * DAY_MS;

/** Making one takes 50 µs. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** There are some 600 time zones; people write their names in upper and lower case. */
const MOST_FORMATS = 1_000;

/**
 * When routes are told of what happens now: now, or at the end of the quiet hours of the rule, by the clock of
 * their time zone: an hour that daylight saving skips or repeats makes them shorter or longer.
 */
export function quietUntil(
  { quietHours }: Pick<AlertRule, 'quietHours'>,
  severity: AlertSeverity,
  nowMs: number,
): number {
  if (quietHours === undefined) return nowMs;
  if (quietHours.exceptCritical && severity === 'critical') return nowMs;
  const to = minuteOf(quietHours.to);
  let untilMs = nowMs;
  while (isQuiet(quietHours, untilMs) && untilMs - nowMs < MOST_MS) {
    const startMs = Math.floor(untilMs / MINUTE_MS) * MINUTE_MS;
    const left = to - localOf(quietHours, startMs).minute;
    const endMs = startMs + (left > 0 ? left : left + DAY_MINUTES) * MINUTE_MS;
    // If the clock was changed between, the end is earlier or later by as much.
    const off = to - localOf(quietHours, endMs).minute;
    const near =
      off > DAY_MINUTES / 2 ? off - DAY_MINUTES : off < -DAY_MINUTES / 2 ? off + DAY_MINUTES : off;
    // Where the end itself is skipped, that is the minute after the gap; it never stands still.
    untilMs = Math.max(endMs + near * MINUTE_MS, startMs + MINUTE_MS);
  }
  return untilMs;
}

function isQuiet(quiet: QuietHours, atMs: number): boolean {
  const { day, minute } = localOf(quiet, atMs);
  const from = minuteOf(quiet.from);
  const to = minuteOf(quiet.to);
  const begins = (index: number) => quiet.days.includes(WEEKDAYS[(index + 7) % 7] as 'mon');
  if (from < to) return begins(day) && minute >= from && minute < to;
  return (begins(day) && minute >= from) || (begins(day - 1) && minute < to);
}

/** The day of the week, 0 for Monday, and the minute of the day. */
function localOf({ timeZone }: QuietHours, atMs: number): { day: number; minute: number } {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = formatOf(timeZone);
    if (formats.size >= MOST_FORMATS) formats.clear();
    formats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  const day = WEEKDAYS.indexOf(parts.get('weekday')?.toLowerCase() as 'mon');
  return { day, minute: minuteOf(`${parts.get('hour')}:${parts.get('minute')}`) };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const options = {
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  } as const;
  try {
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone });
  } catch {
    // A node with a newer list of time zones took it. One rule must not fail the evaluation of all accounts.
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' });
  }
}

function minuteOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return 60 * hours + minutes;
}
