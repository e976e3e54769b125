/** What one account may take of what the others leave. */
const SHARE = 7 / 8;

/** A quantity of which `total` exists, `used` is taken, and `held` of that by one account. */
interface Quantity {
  readonly total: number;
  readonly used: number;
  readonly held: number;
}

/**
 * How much more one account may take. Alone it gets seven eighths of the total. The rest is free for
 * the first account that comes after it, which need not wait until something ends. With n accounts
 * that take all they can, one part in 7n + 1 is free once each has returned what it took before the
 * others came. An account that holds nothing gets at least one unit, if there is one.
 */
export function shareLeft({ total, used, held }: Quantity): number {
  const free = total - used;
  if (free <= 0) return 0;
  const left = Math.floor(SHARE * (free + held)) - held;
  return held === 0 ? Math.max(left, Math.min(1, free)) : Math.max(left, 0);
}
