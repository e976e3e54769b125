import type { QueryTime } from './query.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

const UNITS: Readonly<Record<string, number>> = {
  s: SECOND_MS,
  m: MINUTE_MS,
  h: 60 * MINUTE_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
};

const RELATIVE = /^(\d{1,6})([smhdw])$/i;
const ABSOLUTE =
  /^(\d{4}-\d\d-\d\d)(?:[T ]((?:[01]\d|2[0-3]):[0-5]\d)(?:(:[0-5]\d)(?:\.(\d{1,9}))?)?(?:Z|([+-])([01]\d|2[0-3]):?([0-5]\d))?)?$/i;

/** The last instant that four digits of a year can name. */
const LAST_MS = 253_402_300_799_999;

/** Whether a time is relative to now. */
export const isRelative = (time: QueryTime): boolean => RELATIVE.test(time);

/** The canonical form of a time: `undefined` when the text is none. */
export function readTime(text: string): QueryTime | undefined {
  const relative = RELATIVE.exec(text);
  if (relative) return Number(relative[1]) + String(relative[2]).toLowerCase();
  const match = ABSOLUTE.exec(text);
  if (!match) return undefined;
  const [, day = '', minute, seconds = '', fraction, sign, hours, minutes] = match;
  const millis = fraction === undefined ? '' : `.${fraction.padEnd(3, '0').slice(0, 3)}`;
  const localMs = Date.parse(`${day}T${minute ?? '00:00'}${seconds || ':00'}${millis}Z`);
  // `Date` takes 30 February for 2 March.
  if (!(localMs >= 0) || new Date(localMs).toISOString().slice(0, 10) !== day) return undefined;
  if (minute === undefined) return day;
  const offsetMs = sign ? (Number(hours) * 60 + Number(minutes)) * MINUTE_MS : 0;
  const ms = sign === '-' ? localMs + offsetMs : localMs - offsetMs;
  if (ms < 0 || ms > LAST_MS) return undefined;
  return `${new Date(ms).toISOString().slice(0, 16 + seconds.length + millis.length)}Z`;
}

/** The instant that a relative time means; other times as they are. */
export function resolveTime(time: QueryTime, nowMs: number): QueryTime {
  const relative = RELATIVE.exec(time);
  if (!relative) return time;
  const agoMs = Number(relative[1]) * (UNITS[String(relative[2])] ?? 0);
  return new Date(Math.max(0, nowMs - agoMs)).toISOString();
}

/** The day, minute, second or millisecond that an absolute time names: `[fromMs, beforeMs)`. */
export function spanOf(time: QueryTime): readonly [fromMs: number, beforeMs: number] {
  const fromMs = Date.parse(time);
  const lengthMs = { 10: DAY_MS, 17: MINUTE_MS, 20: SECOND_MS }[time.length] ?? 1;
  return [fromMs, fromMs + lengthMs];
}
