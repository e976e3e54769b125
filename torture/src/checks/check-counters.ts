import type { CountedWhile } from '../books/counters.ts';

/** What nodes count for Prometheus in a while without faults is what publishers and endpoints saw. */
export function checkCounters({ booked, counted, unclear }: CountedWhile): string[] {
  const broken: string[] = [];
  const most = booked.accepted + unclear;
  if (counted.accepted < booked.accepted || counted.accepted > most) {
    const told = unclear === 0 ? `${most}` : `${booked.accepted} to ${most}`;
    broken.push(`${counted.accepted} events are counted as accepted, and publishers had ${told}`);
  }
  for (const [what, seen] of [
    ['attempts', 'requests'],
    ['finished', 'invocations'],
  ] as const) {
    for (const name of new Set([...counted[what].keys(), ...booked[what].keys()])) {
      const count = counted[what].get(name) ?? 0;
      const expected = booked[what].get(name) ?? 0;
      if (count === expected) continue;
      broken.push(
        `${count} ${seen} are counted with ${name}, and the endpoints answered ${expected}`,
      );
    }
  }
  return broken;
}
