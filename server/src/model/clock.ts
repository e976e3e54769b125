/**
 * The time by which ids are made, attempts are stamped and requests are signed. It is the
 * database's: nodes whose own clocks differ by an hour write one consistent trail.
 */
export interface Clock {
  /** Milliseconds since 1970, whole. */
  now(): number;
}
