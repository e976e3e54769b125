/** How far a reader has come with the deltas of one writer. */
export interface DeltaPosition {
  /** All below it were used, never will be, or are missing. */
  readonly next: number;
  readonly missing: readonly number[];
  /** The highest `low` of what was seen. */
  readonly low: number;
}

/** A delta that can be seen. */
interface Visible {
  readonly number: number;
  readonly low: number;
}

interface Advanced extends DeltaPosition {
  /** The numbers that were not used yet, ascending. */
  readonly numbers: readonly number[];
}

/**
 * Moves a position past what can be seen now. A number that cannot be seen is missing until it appears.
 * It was rolled back if a delta of an earlier look says that it was not in flight any more: what was
 * committed before that delta was sent can be seen by now. (In one look on a Citus cluster, one shard may
 * be read before a commit and another after it.) So nothing waits for a missing number, and nothing that
 * is committed late is lost.
 */
export function advance(position: DeltaPosition, visible: readonly Visible[]): Advanced {
  const missing = new Set(position.missing);
  const numbers: number[] = [];
  let { next, low } = position;
  for (const one of [...visible].sort((a, b) => a.number - b.number)) {
    low = Math.max(low, one.low);
    if (one.number < next) {
      if (missing.delete(one.number)) numbers.push(one.number);
      continue;
    }
    for (; next < one.number; next++) missing.add(next);
    next++;
    numbers.push(one.number);
  }
  const wasInFlight = (number: number) => number >= position.low || number >= position.next;
  return { numbers, next, low, missing: [...missing].filter(wasInFlight) };
}
