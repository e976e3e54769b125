const UNITS = [
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A length of time for people, in its largest whole unit: `1.5 h`, `31 s`, `0.2 s`. */
export function showDuration(ms: number): string {
  const [unit, size] = UNITS.find(([, each]) => ms >= each) ?? UNITS[2];
  return `${Math.round((10 * ms) / size) / 10} ${unit}`;
}
