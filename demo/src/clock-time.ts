/** The time of day in UTC, with `digits` digits after the seconds. */
export function clockTime(time: Date, digits: 0 | 3): string {
  return time.toISOString().slice(11, digits === 0 ? 19 : 23);
}
