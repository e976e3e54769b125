import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '@hooktrail/harness/create-random';
import type { Books } from '../books/books.ts';
import { Deck } from '../faults/deck.ts';
import { endpointFaults } from '../faults/endpoint-faults.ts';
import { AWAY_PAST_LEASE, nodeFaults, STOPPED_PAST_LEASE } from '../faults/node-faults.ts';
import { postgresFaults } from '../faults/postgres-faults.ts';
import { remoteFaults } from '../faults/remote-faults.ts';
import { runTrack, type Track } from '../faults/run-track.ts';
import type { Stage } from '../stage/stage.ts';
import { publish } from './publish.ts';

/** Retries of the schedule are up to a day apart; the run makes waiting ones due this often. */
const HURRY_EVERY_MS = 4_000;
const ENDPOINT_TRACKS = 4;
const PAST_LEASE: readonly string[] = [STOPPED_PAST_LEASE, AWAY_PAST_LEASE];

/** How long and how much. */
export interface InflictOptions {
  readonly minutes: number;
  readonly publishers: number;
  readonly seed: number;
}

/**
 * Publishes and injects faults for the given time. Each node, PostgreSQL and the endpoints have
 * their own tracks, so faults of different parts coincide. Resolves when everything is repaired.
 */
export async function inflict(stage: Stage, books: Books, options: InflictOptions): Promise<void> {
  const { audience, nodes, trail } = stage;
  const { seed } = options;
  const endMs = Date.now() + options.minutes * 60_000;
  const ending = new AbortController();
  setMaxListeners(options.publishers + 1, ending.signal);
  const publishers = Array.from({ length: options.publishers }, (_, number) =>
    publish({ audience, books, nodes, seed, number }, ending.signal),
  );
  const hurrying = hurry(ending.signal);
  try {
    await Promise.all(tracks(stage, seed).map((track) => runTrack(track, books, endMs)));
    await sleep(Math.max(0, endMs - Date.now()));
  } finally {
    ending.abort();
    await Promise.all([...publishers, hurrying]);
  }

  async function hurry(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(HURRY_EVERY_MS, undefined, { signal }).catch(() => undefined);
      // The database may be away: the next time is early enough.
      await trail.hurry().catch(() => undefined);
    }
  }
}

function tracks({ endpoints, nodes, postgres, remotes }: Stage, seed: number): Track[] {
  const all: Track[] = [];
  for (const node of nodes) {
    const random = createRandom(seed, `node ${node.number}`);
    const kinds = nodeFaults(node);
    // The two longest faults come early, so a run of two minutes has both; but not at the same
    // time, or nothing would be delivered in the first half.
    const first =
      node.number % 2 === 1
        ? kinds.filter(({ name }) => name === STOPPED_PAST_LEASE)
        : [
            ...random.shuffled(kinds.filter(({ name }) => !PAST_LEASE.includes(name))),
            ...kinds.filter(({ name }) => name === AWAY_PAST_LEASE),
          ];
    all.push({ deck: new Deck(kinds, random, first), node, pauseMs: [1_000, 5_000], random });
  }
  const random = createRandom(seed, 'postgres');
  const deck = new Deck(postgresFaults(postgres), random);
  all.push({ deck, pauseMs: [6_000, 18_000], random });
  for (let number = 1; number <= ENDPOINT_TRACKS; number++) {
    // Each track has its own endpoints: one must not repair what another has begun.
    const own = endpoints.list.filter((_, index) => index % ENDPOINT_TRACKS === number - 1);
    const random = createRandom(seed, `endpoints ${number}`);
    const deck = new Deck(endpointFaults(own, random), random);
    all.push({ deck, pauseMs: [300, 3_000], random });
  }
  if (remotes.length > 0) {
    const random = createRandom(seed, 'remotes');
    const deck = new Deck(remoteFaults(remotes, random), random);
    all.push({ deck, pauseMs: [1_000, 6_000], random });
  }
  return all;
}
