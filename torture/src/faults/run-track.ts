import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@hooktrail/harness/create-random';
import type { Books, Fault } from '../books/books.ts';
import type { TortureNode } from '../stage/torture-node.ts';
import type { Deck } from './deck.ts';
import type { FaultKind } from './fault-kind.ts';

/** The faults of one part of the run, one after the other. */
export interface Track {
  readonly deck: Deck<FaultKind>;
  readonly random: Random;
  readonly pauseMs: readonly [from: number, to: number];
  /** The node that they hit, if it is one. */
  readonly node?: TortureNode;
}

/** Injects faults until `endMs`, each followed by its repair; resolves after the last repair. */
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
      // Set when it ends.
      untilMs: Number.POSITIVE_INFINITY,
    };
    books.faults.push(fault);
    await kind.begin();
    // The process has ended: what it left in flight is decided, and its next start is a new
    // process.
    if (kind.effect === 'death' || kind.effect === 'leave') fault.untilMs = Date.now();
    await sleep(lastsMs);
    await kind.end();
    if (fault.untilMs === Number.POSITIVE_INFINITY) fault.untilMs = Date.now();
  }
}
