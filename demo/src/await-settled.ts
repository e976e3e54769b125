import { setTimeout as sleep } from 'node:timers/promises';
import type { WebhookInvocation, Zendesk } from '@hooktrail/sdk';

import type { Actor } from './make-webhooks.ts';
import type { Endpoints } from './open-endpoints.ts';
import { readTrail, type Trail } from './read-trail.ts';
import type { Screen } from './screen.ts';
import { seconds } from './seconds.ts';

const POLL_MS = 500;

/** Three times what the schedule of retries takes: for slow machines, and to end in any case. */
const PATIENCE_MS = 150_000;

/**
 * Waits until all `accepted` invocations have made the attempts that the demo waits for, nothing is
 * under way, and what has arrived is recorded; then the trail stands still until the next retries, more than a
 * minute later. Returns the trail as it is then, or as it is when patience has run out: what is
 * missing shows when it is checked.
 */
export async function awaitSettled(
  client: Zendesk,
  actors: readonly Actor[],
  {
    accepted,
    endpoints,
    screen,
    signal,
  }: { accepted: number; endpoints: Endpoints; screen: Screen; signal: AbortSignal },
): Promise<Trail[]> {
  const startedMs = Date.now();
  for (;;) {
    const before = endpoints.counts();
    const trails = await readTrail(client, actors, signal);
    const after = endpoints.counts();

    const invocations = trails.flatMap((trail) => trail.invocations);
    const settled = trails.flatMap(({ scene, invocations }) =>
      invocations.filter((invocation) => invocation.attemptsCount >= scene.expected.attempts),
    );
    const recorded = trails
      .filter(({ scene }) => scene.behaviour !== 'closed')
      .flatMap((trail) => trail.invocations)
      .reduce((sum, { attemptsCount }) => sum + attemptsCount, 0);
    const still =
      after.arrived === before.arrived && after.waiting === 0 && recorded === after.arrived;
    const waitedMs = Date.now() - startedMs;
    if ((still && settled.length === accepted) || waitedMs > PATIENCE_MS) return trails;

    screen.progress(
      `  ${seconds(waitedMs)}: ${settled.length} of ${accepted} invocations settled, ` +
        `${after.waiting} requests under way, ${nextRetry(invocations)}`,
    );
    await sleep(POLL_MS, undefined, { signal });
  }
}

function nextRetry(invocations: readonly WebhookInvocation[]): string {
  const due = invocations.flatMap(({ nextAttemptAt }) => nextAttemptAt?.getTime() ?? []);
  if (due.length === 0) return 'no retry waiting';
  const inMs = Math.max(0, Math.min(...due) - Date.now());
  return `${due.length} retries waiting, the next in ${seconds(inMs)}`;
}
