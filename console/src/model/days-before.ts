export const DAY_MS = 86_400_000;

/** The terms of a query that select a span as long as the last `lengthMs`, so many days earlier. */
export function daysBefore(days: number, nowMs: number, lengthMs: number): string {
  // Of a whole minute: all tabs of a minute ask the same, and share the answer.
  const toMs = Math.floor(nowMs / 60_000) * 60_000 - days * DAY_MS;
  return `since:${new Date(toMs - lengthMs).toISOString()} until:${new Date(toMs).toISOString()}`;
}
