/** The time in the id that an expression is, in seconds since 1970. */
export function idSeconds(id: string): string {
  return `('x' || translate(left(${id}::text, 13), '-', ''))::bit(48)::bigint / 1000.0`;
}
