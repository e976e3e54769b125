import { InvalidArgumentError } from 'commander';

const UNIT_SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3_600, d: 86_400 };

/** Reads a length of time of an option in seconds: `90`, `90s`, `15m`, `2h` or `7d`. */
export function duration(text: string): number {
  const [, count, unit = ''] = /^(\d{1,9})([smhd]?)$/.exec(text) ?? [];
  if (count !== undefined) return Number(count) * (UNIT_SECONDS[unit] ?? 1);
  throw new InvalidArgumentError('It must be a length of time, such as 90s, 15m, 2h or 7d.');
}
