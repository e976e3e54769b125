import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT, type ExitCode } from '../failures/exit-codes.ts';
import type { Context } from '../session/context.ts';
import { webhookInvocationView } from '../views/webhook-invocation-view.ts';

/** How often it looks for the outcome. */
const LOOK_MS = 250;

/** Longer than an attempt takes by default (12 s), with time to be claimed. */
const PATIENCE_MS = 30_000;

interface Options {
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly wait: boolean;
}

/**
 * Sends one invocation again and prints what became of it.
 *
 * @returns 1 when it failed
 */
export async function replayOne(
  context: Context,
  id: string,
  { force, dryRun, wait }: Options,
): Promise<ExitCode> {
  const { signal, printer } = context;
  const hooktrail = await context.hooktrail();
  const before = await hooktrail.invocations.get(id, { signal });
  if (dryRun === true) {
    context.note(`would send ${id} again; it is "${before.status}"`, { dryRun: true });
    await printer.one(before, webhookInvocationView);
    return EXIT.ok;
  }
  const sent = await hooktrail.invocations.replay(before.webhookId, id, { force, signal });
  if (!wait) {
    await printer.one(sent, webhookInvocationView);
    return EXIT.ok;
  }
  for (const endMs = Date.now() + PATIENCE_MS; Date.now() < endMs; ) {
    const now = await hooktrail.invocations.get(id, { signal });
    if (now.attemptsCount > before.attemptsCount) {
      await printer.one(now, webhookInvocationView);
      return now.status === 'success' ? EXIT.ok : EXIT.failed;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    signal.throwIfAborted();
  }
  throw new CommandFailure(`${id} was not attempted within ${PATIENCE_MS / 1_000} s`, {
    exitCode: EXIT.failed,
    code: 'StillWaiting',
    next: `It is sent when its webhook permits it. See why it waits: hooktrail why ${id}`,
  });
}
