import type { Zendesk } from '@hooktrail/sdk';
import type { Trail } from './read-trail.ts';

/**
 * Checks the attempts of the newest invocation of every webhook: count, order, statuses, messages,
 * requests, and that none shows a credential.
 *
 * @returns what is not as expected, in words.
 */
export async function checkAttempts(
  client: Zendesk,
  trails: readonly Trail[],
  signal: AbortSignal,
): Promise<string[]> {
  const problems: string[] = [];
  for (const { scene, webhook, invocations } of trails) {
    const [invocation] = invocations;
    if (invocation === undefined) continue;
    const complain = (what: string) =>
      problems.push(`webhook "${scene.name}": the attempts of ${invocation.id} ${what}`);
    const attempts = await client.webhookInvocations.listAttempts(webhook.id, invocation.id, {
      signal,
    });

    if (attempts.length !== invocation.attemptsCount) {
      complain(`are ${attempts.length}, the invocation counts ${invocation.attemptsCount}`);
    }
    const ids = attempts.map(({ id }) => id);
    if (ids.join() !== ids.toSorted().reverse().join()) complain('are not newest first');
    const statuses = attempts.map(({ status }) => status);
    const expected = attempts.map((_, index) =>
      scene.behaviour === 'recovering' && index > 0 ? 'server error' : scene.expected.status,
    );
    if (statuses.join() !== expected.join()) {
      complain(`are "${statuses.join('", "')}", expected "${expected.join('", "')}"`);
    }
    const { errorMessage = '' } = scene.expected;
    if (!attempts.every((attempt) => (attempt.errorMessage ?? '').startsWith(errorMessage))) {
      complain(`do not all say "${errorMessage}": "${attempts[0]?.errorMessage}"`);
    }
    if (!attempts.every(({ request }) => request?.payload && request.headers?.length)) {
      complain('do not all show their request');
    }
    if (JSON.stringify(attempts).includes('demo-secret')) complain('show a credential');
  }
  return problems;
}
