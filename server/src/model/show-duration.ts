const UNITS = [
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** Formats a duration for people in its largest whole unit: `1.5 h`, `31 s`, `42 ms`. */
export function showDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const [unit, size] = UNITS.find(([, each]) => ms >= each) ?? UNITS[2];
  return `${Math.round((10 * ms) / size) / 10} ${unit}`;
}
