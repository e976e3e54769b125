/** A duration in whole seconds, such as `7 s`. */
export function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}
