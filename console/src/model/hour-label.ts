import { formatTime } from './format-time.ts';

/** An hour on an axis: `14:00`, and the day where it begins, `11-29`. */
export function hourLabel(at: Date, utc: boolean): string {
  const [day = '', time = ''] = formatTime(at, utc, 'long').split(' ');
  const hour = time.slice(0, 5);
  return hour === '00:00' ? day.slice(5) : hour;
}
