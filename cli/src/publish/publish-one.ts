import { randomUUID } from 'node:crypto';
import type { PublishEvent, PublishResult, RawEvent } from '@hooktrail/sdk/hooktrail';
import { CommandFailure } from '../failures/command-failure.ts';
import { describeFailure } from '../failures/describe-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import type { Context } from '../session/context.ts';
import { publishedView } from '../views/published-view.ts';

/**
 * Publishes one event. An event without an id gets a random key, so a lost answer is asked for again and
 * nothing is delivered twice; a failure names the key, with which the command can be repeated. An event
 * with an id gets none: the key would count, and the id of a repeat would not be recognised.
 */
export async function publishOne(
  context: Context,
  event: PublishEvent | RawEvent,
  givenKey: string | undefined,
): Promise<PublishResult> {
  const key = givenKey ?? (hasId(event) ? undefined : randomUUID());
  const hooktrail = await context.hooktrail();
  try {
    const result = await hooktrail.events.publish(event, {
      idempotencyKey: key,
      signal: context.signal,
    });
    await context.printer.one(result, publishedView);
    return result;
  } catch (error) {
    const failure = describeFailure(error);
    if (failure.exitCode !== EXIT.network) throw error;
    const how = key === undefined ? ': its id is recognised' : ` with --idempotency-key ${key}`;
    throw new CommandFailure(failure.message, {
      ...failure,
      next: `Whether it was published is unknown. Repeat it safely${how}`,
    });
  }
}

function hasId(event: PublishEvent | RawEvent): boolean {
  if (!('rawBody' in event)) return Boolean(event.id);
  try {
    return Boolean((JSON.parse(event.rawBody) as { id?: unknown } | null)?.id);
  } catch {
    // The server says what is wrong with it.
    return false;
  }
}
