import { setTimeout as sleep } from 'node:timers/promises';
import { type Books, count, type SeenRequest } from '../books/books.ts';
import type { CountedWhile, Counters } from '../books/counters.ts';
import { checkCounters } from '../checks/check-counters.ts';
import type { Stage } from '../stage/stage.ts';
import { finish } from './finish.ts';
import { publish } from './publish.ts';
import { countedBetween, readCounters } from './read-counters.ts';

const PUBLISH_MS = 3_000;
/** Some tens of events a second, of all kinds. */
const PUBLISHERS = 4;
/** A statement is committed a moment before its node counts it. */
const PATIENCE_MS = 5_000;
const LOOK_MS = 100;

/**
 * Publishes for a while without faults, and compares what the nodes count with what publishers and
 * endpoints saw. The counters of a killed process are gone with it, so this is not done under faults.
 */
export async function countCalmly(
  stage: Stage,
  books: Books,
  { publishers, seed }: { readonly publishers: number; readonly seed: number },
): Promise<CountedWhile> {
  const { audience, endpoints, nodes, trail } = stage;
  const before = await readCounters(nodes);
  const seenBefore = books.requests.length;
  const publishedBefore = books.publications.size;
  // Some attempts fail, and are repeated.
  const [, failing] = endpoints.list;
  await failing?.behave('failing');
  const ending = AbortSignal.timeout(PUBLISH_MS);
  await Promise.all(
    Array.from({ length: PUBLISHERS }, (_, index) =>
      publish({ audience, books, nodes, seed, number: publishers + index }, ending),
    ),
  );
  await failing?.behave('ok');
  await finish(trail);
  const published = [...books.publications.values()].slice(publishedBefore);
  const booked = bookedOf(
    books.requests.slice(seenBefore),
    published.filter(({ accepted }) => accepted !== undefined).length,
  );
  const unclear = published.filter((one) => one.accepted === undefined && one.unclear > 0).length;
  for (const endMs = Date.now() + PATIENCE_MS; ; await sleep(LOOK_MS)) {
    const counted = countedBetween(before, await readCounters(nodes));
    const found = { booked, counted, unclear };
    if (checkCounters(found).length === 0 || Date.now() > endMs) return found;
  }
}

/** An endpoint answers 200, which ends the invocation, or 500. */
function bookedOf(requests: readonly SeenRequest[], accepted: number): Counters {
  const attempts = new Map<string, number>();
  for (const { answered } of requests) {
    count(attempts, answered === 200 ? 'success' : 'server error');
  }
  const delivered = attempts.get('success') ?? 0;
  return { accepted, attempts, finished: new Map([['success', delivered]]) };
}
