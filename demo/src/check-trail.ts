import type { DemoEvent } from './demo-event.ts';
import type { Endpoints } from './open-endpoints.ts';
import type { Trail } from './read-trail.ts';

/**
 * Compares the trail with the outcomes that the endpoints' behaviour must cause, and with the
 * requests that the endpoints saw.
 *
 * @returns what is not as expected, in words.
 */
export function checkTrail(
  trails: readonly Trail[],
  events: readonly DemoEvent[],
  endpoints: Endpoints,
): string[] {
  const problems = [...new Set(endpoints.complaints)].map((complaint) => {
    const times = endpoints.complaints.filter((other) => other === complaint).length;
    return `the receiver complained ${times} times: ${complaint}`;
  });
  for (const trail of trails) {
    for (const problem of [...checkCount(trail, events), ...checkOutcomes(trail)]) {
      problems.push(`webhook "${trail.scene.name}": ${problem}`);
    }
    for (const problem of checkVisits(trail, endpoints)) {
      problems.push(`webhook "${trail.scene.name}": ${problem}`);
    }
  }
  const arrived = new Set([...endpoints.visits.values()].map(({ eventId }) => eventId));
  const lost = events.filter(({ id }) => !arrived.has(id)).map(({ id }) => id);
  if (lost.length > 0) problems.push(`events never arrived anywhere: ${some(lost)}`);
  const listed = new Set(trails.flatMap(({ invocations }) => invocations.map(({ id }) => id)));
  const unlisted = [...endpoints.visits.keys()].filter((id) => !listed.has(id));
  if (unlisted.length > 0) {
    problems.push(`the receiver saw invocations that are not in the trail: ${some(unlisted)}`);
  }
  return problems;
}

function checkCount({ scene, invocations }: Trail, events: readonly DemoEvent[]): string[] {
  const family = scene.subscription.replace(/\*$/, '');
  const matching = events.filter(({ type }) =>
    family === scene.subscription ? type === family : type.startsWith(family),
  ).length;
  if (invocations.length === matching) return [];
  return [`${matching} events match its subscription, the trail has ${invocations.length}`];
}

function checkOutcomes({ scene, invocations }: Trail): string[] {
  const { status, statusCode, attempts } = scene.expected;
  const wrong = (what: string, ids: readonly { id: string }[]): string[] =>
    ids.length === 0 ? [] : [`${what}: ${some(ids.map(({ id }) => id))}`];
  const other = invocations.filter((row) => row.status !== status);
  const found = [...new Set(other.map((row) => row.status))].join(', ');
  const well = status === 'success';
  return [
    ...wrong(`not "${status}" but "${found}"`, other),
    ...wrong(
      `status code is not ${statusCode ?? 'absent'}`,
      invocations.filter((row) => row.statusCode !== statusCode),
    ),
    ...wrong(
      `attempts are not ${attempts}${well ? '' : ' or more'}`,
      invocations.filter(({ attemptsCount }) =>
        well ? attemptsCount !== attempts : attemptsCount < attempts,
      ),
    ),
    ...wrong(
      well ? 'a retry is scheduled' : 'no retry is scheduled',
      invocations.filter((row) => (row.nextAttemptAt === undefined) !== well),
    ),
    ...wrong(
      'no time of the latest attempt',
      invocations.filter((row) => row.latestCompletedAt === undefined),
    ),
  ];
}

/** The receiver must have seen as many requests as the trail has attempts, of the same event. */
function checkVisits({ scene, webhook, invocations }: Trail, endpoints: Endpoints): string[] {
  const problems: string[] = [];
  for (const { id, attemptsCount, eventType } of invocations) {
    const visits = endpoints.visits.get(id);
    const expected = scene.behaviour === 'closed' ? 0 : attemptsCount;
    if ((visits?.count ?? 0) !== expected) {
      problems.push(`${id} has ${attemptsCount} attempts, the receiver saw ${visits?.count ?? 0}`);
    }
    if (visits === undefined) continue;
    if (visits.eventType !== eventType || visits.webhookId !== webhook.id) {
      problems.push(`${id} is ${eventType}, the receiver saw ${visits.eventType}`);
    }
  }
  return problems.length > 3
    ? [...problems.slice(0, 3), `... and ${problems.length - 3} more of this kind`]
    : problems;
}

function some(ids: readonly string[]): string {
  const shown = ids.slice(0, 3).join(', ');
  return ids.length > 3 ? `${shown} and ${ids.length - 3} more` : shown;
}
