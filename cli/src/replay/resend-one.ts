import { EXIT, type ExitCode } from '../failures/exit-codes.ts';
import { findWebhook } from '../input/find-webhook.ts';
import type { Context } from '../session/context.ts';
import { attemptView } from '../views/attempt-view.ts';
import { webhookInvocationView } from '../views/webhook-invocation-view.ts';

interface Options {
  readonly dryRun?: boolean;
  readonly to?: string;
}

/**
 * Sends one archived invocation again and prints the attempt.
 *
 * @returns 1 when it failed
 */
export async function resendOne(
  context: Context,
  id: string,
  { dryRun, to }: Options,
): Promise<ExitCode> {
  const { signal, printer } = context;
  const hooktrail = await context.hooktrail();
  const before = await hooktrail.invocations.get(id, { signal });
  if (dryRun === true) {
    context.note(`would send ${id} again; it is "${before.status}"`, { dryRun: true });
    await printer.one(before, webhookInvocationView);
    return EXIT.ok;
  }
  const target = to === undefined ? {} : { targetWebhookId: await findWebhook(hooktrail, to) };
  const { attempt, leftOut } = await hooktrail.invocations.resend(before.webhookId, id, {
    ...target,
    signal,
  });
  if (leftOut.length > 0) {
    context.note(`not sent, because their values are masked: ${leftOut.join(', ')}`, { leftOut });
  }
  await printer.one(attempt, attemptView);
  return attempt.status === 'success' ? EXIT.ok : EXIT.failed;
}
