import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '@hooktrail/harness/create-random';
import type { Books } from '../books/books.ts';
import type { ReplayedWebhook } from '../stage/make-webhooks.ts';
import type { Stage } from '../stage/stage.ts';
import { lose } from './lose.ts';
import { type Act, replay } from './replay.ts';

/** At 40/s some four seconds of sending: several of them begin between two faults. */
const EVENTS_OF_A_ROUND = 150;

/** Half of the jobs are left alone. */
const ACTS: readonly Act[] = ['none', 'none', 'none', 'pause', 'cancel', 'rate'];

/** What is lost is delivered by then: each job sends four fifths of it. */
const MOST_LAST_ROUNDS = 8;

/** Longer than the lease of a node that died with what a webhook had in flight, and the attempts after it. */
const LONGEST_OPEN_MS = 2 * 60_000;
const LOOK_MS = 250;

/** Loses events and replays them with jobs, round after round. */
export interface Losses {
  /** Resolves when the last jobs have ended, and everything lost is delivered. */
  end(): Promise<void>;
  /** Gives up at once. */
  stop(): void;
}

/**
 * Starts losing events of the webhooks for replays and sending them again with a job each, which are
 * left alone, paused and resumed, cancelled, or made faster, while nodes and PostgreSQL are killed.
 */
export function replayLosses(stage: Stage, books: Books, seed: number): Losses {
  let isEnding = false;
  const stopping = new AbortController();
  const { signal } = stopping;
  setMaxListeners(0, signal);
  const rounds = Promise.all(stage.audience.replayed.map(run));
  // Whoever ends it gets to see what failed.
  rounds.catch(() => undefined);

  async function run(webhook: ReplayedWebhook, number: number): Promise<void> {
    const random = createRandom(seed, `replays ${number}`);
    const parts = { stage, books, random, signal, webhook };
    for (let round = 0; !isEnding; round++) {
      const name = `replay-${number}-${round}`;
      await lose(stage, books, webhook, name, EVENTS_OF_A_ROUND, { random, signal });
      const act = random.pick(ACTS);
      // Every fourth one goes elsewhere: then it is still lost here, and the next round has more.
      const copies = random.chance(0.25);
      const canary = random.chance(0.3);
      await replay({ ...parts, name, act, copies, canary });
    }
    for (let round = 0; round < MOST_LAST_ROUNDS; round++) {
      // A job rightly skips what is still in flight: it would use up its round.
      await untilNoneIsOpen(webhook);
      if ((await stage.trail.undelivered(webhook.id)) === 0) return;
      const name = `last-${number}-${round}`;
      const plain = { act: 'none', copies: false, canary: false } as const;
      await replay({ ...parts, name, ...plain });
    }
  }

  async function untilNoneIsOpen({ id }: ReplayedWebhook): Promise<void> {
    for (const endMs = Date.now() + LONGEST_OPEN_MS; Date.now() < endMs; ) {
      const { open } = await stage.trail.ofWebhook(id);
      if (open === 0) return;
      await sleep(LOOK_MS, undefined, { signal });
    }
  }

  return {
    async end() {
      isEnding = true;
      await rounds;
    },
    stop: () => stopping.abort(),
  };
}
