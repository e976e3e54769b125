import type { JobInput } from '@hooktrail/sdk/hooktrail';
import { usageFailure } from '../failures/usage-failure.ts';
import { findWebhook } from '../input/find-webhook.ts';
import { invocationQuery } from '../input/invocation-query.ts';
import type { Context } from '../session/context.ts';
import type { SendOptions } from './send-options.ts';

/** The job for what words and options select. */
export async function jobOf(
  context: Context,
  words: readonly string[],
  options: SendOptions,
): Promise<JobInput> {
  const { canary, stopOn, to, all, rate, max, order, includeSucceeded, reason } = options;
  const query = invocationQuery(words, options);
  if (query === '' && all !== true) {
    throw usageFailure('a query without a term selects everything: give terms, or --all');
  }
  return {
    query,
    ...(all !== undefined && { all }),
    ...(rate !== undefined && { rate }),
    ...(max !== undefined && { max }),
    ...(order !== undefined && { order }),
    ...(includeSucceeded !== undefined && { includeSucceeded }),
    ...(reason !== undefined && { reason }),
    ...(canary && { canary: { count: canary[0], successShare: canary[1] } }),
    ...(stopOn && { stopOn: { ofLast: stopOn[0], failureShare: stopOn[1] } }),
    ...(to !== undefined && { targetWebhookId: await findWebhook(await context.hooktrail(), to) }),
  };
}
