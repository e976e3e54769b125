import { usageFailure } from '../failures/usage-failure.ts';
import { readTime } from './read-time.ts';

/** A time of an option: as such, or how long ago. Queries of Hooktrail understand `2h` by themselves. */
export async function instant(option: string, text: string | undefined): Promise<Date | undefined> {
  if (text === undefined) return undefined;
  const time = await readTime(text);
  if (time !== undefined) return time;
  throw usageFailure(
    `${option} must be a time or how long ago, such as 2026-11-01T09:30Z or 2h, got "${text}"`,
  );
}
