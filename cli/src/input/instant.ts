import { usageFailure } from '../failures/usage-failure.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A time of an option: as such, or how long ago. Queries of Hooktrail understand `2h` by themselves. */
export function instant(option: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return new Date(Date.now() - Number(count) * (UNIT_MS[unit ?? ''] ?? 0));
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  throw usageFailure(`${option} must be a time or how long ago, such as 2h, got "${text}"`);
}
