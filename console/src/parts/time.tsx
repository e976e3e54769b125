import { preferences } from '../data/preferences.ts';
import { showTime } from './show-time.tsx';

/** A time, local or in UTC as the reader chose; the whole of it on hover. */
export function Time({ at, form = 'short' }: { at: Date; form?: 'short' | 'long' }) {
  return showTime(at, { utc: preferences.value.utc, form, hasTitle: true });
}
