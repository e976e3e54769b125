import { InvalidArgumentError } from 'commander';

/** Quiet hours of a rule, as the option gives them. */
export interface GivenQuietHours {
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  readonly days?: readonly string[];
}

const FORM =
  /^(\d{2}:\d{2})-(\d{2}:\d{2})(?:\s+([A-Za-z][\w+/-]*))?(?:\s+([a-z]{3}(?:,[a-z]{3})*))?$/;

/**
 * Reads quiet hours of an option: `22:00-07:00 Europe/Berlin mon,tue`; in UTC and on all days by default. `none`
 * removes them. The server knows the time zones and the days.
 */
export function quietHours(text: string): GivenQuietHours | 'none' {
  if (text === 'none') return text;
  const [, from, to, timeZone = 'UTC', days] = FORM.exec(text.trim()) ?? [];
  if (from !== undefined && to !== undefined) {
    return { from, to, timeZone, ...(days !== undefined && { days: days.split(',') }) };
  }
  throw new InvalidArgumentError(
    'It must be "none", or hours, a time zone and days, such as "22:00-07:00 Europe/Berlin mon,tue,wed".',
  );
}
