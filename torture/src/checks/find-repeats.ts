import type { Books, Fault, SeenRequest } from '../books/books.ts';
import { fateOf } from './fate.ts';

/** A duplicate: a request that was not needed, and the earlier one that makes it so. */
export interface Repeat {
  readonly first: SeenRequest;
  readonly second: SeenRequest;
  /** The fault at which the first was in flight, if any. */
  readonly fault: Fault | undefined;
}

/**
 * Finds the duplicates: requests that arrive after a request of the same invocation was answered
 * with 2xx, or while another one is in flight. Each is attributed to the latest such request before
 * it.
 */
export function findRepeats({ faults, requests }: Books): Repeat[] {
  const byInvocation = new Map<string, SeenRequest[]>();
  for (const request of requests) {
    const others = byInvocation.get(request.invocationId);
    if (others === undefined) byInvocation.set(request.invocationId, [request]);
    else others.push(request);
  }
  const repeats: Repeat[] = [];
  for (const seen of byInvocation.values()) {
    seen.sort((a, b) => a.arrivedMs - b.arrivedMs || a.serial - b.serial);
    seen.forEach((second, index) => {
      const first = seen.slice(0, index).findLast((before) => {
        if (succeeded(before)) return true;
        return (before.closedMs ?? Number.POSITIVE_INFINITY) > second.arrivedMs;
      });
      if (first === undefined) return;
      repeats.push({ first, second, fault: fateOf(first, faults).disturbedBy });
    });
  }
  return repeats;
}

function succeeded({ answered = 0 }: SeenRequest): boolean {
  return answered >= 200 && answered < 300;
}
