const pad = (value: number, digits = 2) => String(value).padStart(digits, '0');

interface Parts {
  readonly date: string;
  readonly time: string;
  readonly millis: string;
}

function partsOf(at: Date, utc: boolean): Parts {
  const shifted = utc ? at : new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return {
    date: `${shifted.getUTCFullYear()}-${pad(shifted.getUTCMonth() + 1)}-${pad(shifted.getUTCDate())}`,
    time: `${pad(shifted.getUTCHours())}:${pad(shifted.getUTCMinutes())}:${pad(shifted.getUTCSeconds())}`,
    millis: pad(shifted.getUTCMilliseconds(), 3),
  };
}

/** The offset of local time at that time, as `+02:00`. */
function offsetOf(at: Date): string {
  const minutes = -at.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

/**
 * A time for people. `short`: the time of today, and the date as well on other days; `long`: to the
 * millisecond, with its zone.
 */
export function formatTime(
  at: Date,
  utc: boolean,
  form: 'short' | 'long',
  now = new Date(),
): string {
  const { date, time, millis } = partsOf(at, utc);
  if (form === 'long') return `${date} ${time}.${millis} ${utc ? 'UTC' : offsetOf(at)}`;
  return date === partsOf(now, utc).date ? time : `${date} ${time}`;
}
