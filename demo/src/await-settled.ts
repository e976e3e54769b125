import { setTimeout as sleep } from 'node:timers/promises';
import type { WebhookInvocation, Zendesk } from '@hooktrail/sdk';

import type { Actor } from './make-webhooks.ts';
import type { Endpoints } from './open-endpoints.ts';
import { readTrail, type Trail } from './read-trail.ts';
import type { Screen } from './screen.ts';
import { seconds } from './seconds.ts';

const POLL_MS = 500;

/** Three times what the awaited retries take, for slow machines. */
const PATIENCE_MS = 150_000;

/**
 * Waits until all `accepted` invocations have the attempts that the demo expects, no request is in
 * flight, and every request is recorded. Then nothing happens until the next retries, more than a
 * minute later. Returns the trail at that time, or when the patience runs out: the checks report
 * what is missing.
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
        `${after.waiting} requests in flight, ${nextRetry(invocations)}`,
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
