import type { Books, Fault, SeenRequest } from '../books/books.ts';
import { fateOf } from './fate.ts';

/** A request that should not have been needed, and the one that was there already. */
export interface Repeat {
  readonly first: SeenRequest;
  readonly second: SeenRequest;
  /** The fault at which the first was in flight. */
  readonly fault: Fault | undefined;
}

/**
 * Finds the duplicates: requests of an invocation that come after one that was answered with 2xx, or
 * while another one is under way. Each is laid at the door of the latest such request before it.
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
        if (isTaken(before)) return true;
        return (before.closedMs ?? Number.POSITIVE_INFINITY) > second.arrivedMs;
      });
      if (first === undefined) return;
      repeats.push({ first, second, fault: fateOf(first, faults).disturbedBy });
    });
  }
  return repeats;
}

function isTaken({ answered = 0 }: SeenRequest): boolean {
  return answered >= 200 && answered < 300;
}
