/**
 * The clock for ids, timestamps of attempts and signatures. It follows the database's clock, so
 * nodes whose own clocks differ by an hour still write one consistent trail.
 */
export interface Clock {
  /** Whole milliseconds since 1970. */
  now(): number;
}
