import type { Random } from '@hooktrail/harness/create-random';
import type { Behaviour, Endpoint } from '../stage/endpoint.ts';
import type { FaultKind } from './fault-kind.ts';

const KINDS: readonly (readonly [Behaviour, name: string, copies: number])[] = [
  ['slow', 'endpoints slow (1 to 3 s)', 2],
  ['failing', 'endpoints failing (500)', 2],
  ['busy', 'endpoints busy (429, Retry-After: 1)', 1],
  ['reset', 'endpoints that reset connections', 2],
  ['hanging', 'endpoints that never answer', 1],
  ['down', 'endpoints down (port closed)', 2],
];

const MOST_AT_ONCE = 8;

/** The faults of endpoints; each hits a few of `endpoints` at a time. */
export function endpointFaults(endpoints: readonly Endpoint[], random: Random): FaultKind[] {
  return KINDS.map(([behaviour, name, copies]) => {
    let chosen: Endpoint[] = [];
    return {
      name,
      effect: 'endpoint',
      copies,
      // The time limit of a request is 12 s; an endpoint that never answers has to last past it.
      lastsMs: behaviour === 'hanging' ? [13_000, 16_000] : [1_500, 10_000],
      ofProcess: false,
      async begin() {
        const number = random.whole(1, Math.min(MOST_AT_ONCE, endpoints.length));
        chosen = random.shuffled(endpoints).slice(0, number);
        await Promise.all(chosen.map((endpoint) => endpoint.behave(behaviour)));
      },
      async end() {
        await Promise.all(chosen.map((endpoint) => endpoint.behave('ok')));
      },
    };
  });
}
