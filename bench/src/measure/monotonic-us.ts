/**
 * Microseconds of the machine's monotonic clock, which all processes share: what one process stamps,
 * another can compare. `performance.now()` counts from the start of its own process.
 */
export function monotonicUs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000_000 + Math.floor(nanoseconds / 1_000);
}
