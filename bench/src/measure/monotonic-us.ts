/**
 * Reads the machine's monotonic clock in microseconds. All processes share it, so one can compare
 * what another has stamped. `performance.now()` counts from the start of its process.
 */
export function monotonicUs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000_000 + Math.floor(nanoseconds / 1_000);
}
