import { preferences } from '../data/preferences.ts';
import { formatTime } from '../model/format-time.ts';

/** A time, local or in UTC as the reader chose; the whole of it on hover. */
export function Time({ at, form = 'short' }: { at: Date; form?: 'short' | 'long' }) {
  const { utc } = preferences.value;
  const title = `${formatTime(at, true, 'long')}\n${formatTime(at, false, 'long')} (local)`;
  return (
    <time class="nowrap" dateTime={at.toISOString()} title={title}>
      {formatTime(at, utc, form)}
    </time>
  );
}
