import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@hooktrail/harness/create-random';
import type { Books, Fault } from '../books/books.ts';
import type { TortureNode } from '../stage/torture-node.ts';
import type { Deck } from './deck.ts';
import type { FaultKind } from './fault-kind.ts';

/** One after the other, the faults of one part of the run. */
export interface Track {
  readonly deck: Deck<FaultKind>;
  readonly random: Random;
  readonly pauseMs: readonly [from: number, to: number];
  /** Whose they are, if one node's. */
  readonly node?: TortureNode;
}

/** Does harm and puts it right until `endMs`; afterwards everything of this track is right again. */
export async function runTrack(
  { deck, node, pauseMs, random }: Track,
  books: Books,
  endMs: number,
): Promise<void> {
  for (;;) {
    await sleep(Math.max(0, Math.min(random.whole(...pauseMs), endMs - Date.now())));
    const drawn = deck.draw(endMs - Date.now());
    if (drawn === undefined) return;
    const { kind, lastsMs } = drawn;
    const fault: Fault = {
      name: kind.name,
      effect: kind.effect,
      node: node?.number,
      pid: kind.ofProcess ? node?.pid : undefined,
      fromMs: Date.now(),
      // Known when it is over; until then it goes on.
      untilMs: Number.POSITIVE_INFINITY,
    };
    books.faults.push(fault);
    await kind.begin();
    // What a process that has gone left in flight is decided; its next start is another process.
    if (kind.effect === 'death' || kind.effect === 'leave') fault.untilMs = Date.now();
    await sleep(lastsMs);
    await kind.end();
    if (fault.untilMs === Number.POSITIVE_INFINITY) fault.untilMs = Date.now();
  }
}
