/**
 * The part of a limit that one of several processes gets, rounded up so that all together have no less.
 *
 * @param least What a process cannot do without.
 */
export function partOf(limit: number, processes: number, least = 0): number {
  return Math.max(least, Math.ceil(limit / processes));
}
