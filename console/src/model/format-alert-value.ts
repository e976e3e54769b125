import { ALERT_KINDS } from './alert-kinds.ts';
import { formatCount } from './format-count.ts';
import { formatLag } from './format-lag.ts';
import { formatShare } from './format-share.ts';

const counted = (value: number, unit: string): string =>
  `${formatCount(Math.round(value * 10) / 10)} ${unit}${value === 1 ? '' : 's'}`;

/** The value or the threshold of an alert, in the unit of its kind: `25 %`, `15 min`, `14 days`. */
export function formatAlertValue(kind: string, value: number): string {
  switch (ALERT_KINDS[kind]?.unit) {
    case 'share':
      return formatShare(value);
    case 'seconds':
      return formatLag(Math.max(0, Math.round(value)));
    case 'days':
      return counted(value, 'day');
    case 'hours':
      return counted(value, 'hour');
    default:
      return formatCount(value);
  }
}
