import type { Stage } from '../stage/stage.ts';
import type { BenchWebhook } from '../stage/webhooks.ts';

/**
 * Returns the check that follows a run: `count` more invocations of these webhooks are on the
 * record, each a success after one attempt, and the receiver saw as many requests. The figures of a
 * run that lost or doubled a delivery would be meaningless.
 */
export function checkRecorded(
  { receiver, trail }: Stage,
  webhooks: readonly BenchWebhook[],
): (count: number) => Promise<void> {
  let expected = 0;
  return async (count) => {
    expected += count;
    const recorded = await trail.recorded(webhooks);
    const received = await receiver.call('soFar', undefined);
    const { invocations, successes, attempts } = recorded;
    if ([invocations, successes, attempts].some((found) => found !== expected)) {
      throw new Error(`${expected} were expected on the record: ${JSON.stringify(recorded)}`);
    }
    if (received.count !== count) {
      throw new Error(`the receiver saw ${received.count} requests instead of ${count}`);
    }
  };
}
