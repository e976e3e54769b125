import { setTimeout as sleep } from 'node:timers/promises';
import type { FeedEvent, Hooktrail, ListedInvocation } from '@hooktrail/sdk/hooktrail';
import { describeFailure } from '../failures/describe-failure.ts';
import { EXIT, type ExitCode } from '../failures/exit-codes.ts';
import { sayUnknownWebhook } from '../input/say-unknown-webhook.ts';
import { partOf } from '../input/show-part.ts';
import { counted } from '../output/counted.ts';
import { isJson } from '../output/formats.ts';
import type { Context } from '../session/context.ts';
import { feedView } from '../views/feed-view.ts';
import type { IsShown } from './kinds.ts';
import { watchConnection } from './watch-connection.ts';

/** How often a part is asked for while the node restarts. */
const AGAIN_MS = 1_000;

/** What a tail shows, and when it ends. */
export interface TailOptions {
  readonly query: string;
  /** The webhook that the query names, if it does by an option. */
  readonly webhook: string | undefined;
  readonly since: string | undefined;
  readonly after: string | undefined;
  readonly kinds: IsShown;
  /** Of each attempt, too. */
  readonly part: string | undefined;
  readonly count: number | undefined;
  readonly untilFailed: boolean;
  readonly giveUpMs: number;
}

/**
 * Prints the feed until it is to end.
 *
 * @returns 1 when `untilFailed` saw a failure
 * @throws CommandFailure when the server stays away, and what the server refuses
 */
export async function followFeed(context: Context, options: TailOptions): Promise<ExitCode> {
  const { query, since, after, kinds, part, count, untilFailed } = options;
  const watched = watchConnection(context, options.giveUpMs);
  const hooktrail = await context.hooktrail(watched.fetch);
  const hasColumns = !isJson(context.printer.format);
  let left = count ?? Number.POSITIVE_INFINITY;
  let failed = false;

  async function* rows(): AsyncGenerator<object, void, undefined> {
    const feed = hooktrail.feed({
      ...(query !== '' && { q: query }),
      since,
      lastEventId: after,
      signal: watched.signal,
    });
    for await (const event of feed) {
      say(context, event);
      failed = untilFailed && hasFailed(event);
      if (kinds(event)) {
        const shown =
          part === undefined ? undefined : await show(hooktrail, event, part, watched.signal);
        yield {
          ...(hasColumns ? forColumns(event) : event),
          ...(shown !== undefined && { shown }),
        };
        left--;
      }
      if (failed || left === 0) return;
    }
  }

  const end = new AbortController();
  if (options.webhook !== undefined) {
    // Beside the feed and over connections of its own: it must neither delay the tail nor look like it.
    const ended = AbortSignal.any([watched.signal, end.signal]);
    void sayUnknownWebhook(context, await context.hooktrail(), options.webhook, ended);
  }
  try {
    await context.printer.list(rows(), feedView, true);
    return failed ? EXIT.failed : EXIT.ok;
  } finally {
    end.abort();
    watched.stop();
  }
}

/** What is missing is said in words too: a table scrolls by. */
function say(context: Context, event: FeedEvent): void {
  if (event.type === 'skipped') {
    context.note(`skipped ${counted(event.count, 'event')}: this reader is too slow`, {
      skipped: event.count,
    });
  } else if (event.type === 'gap') {
    context.note(`missing: from ${event.from.toISOString()} to ${event.to.toISOString()}`, {
      gap: { from: event.from, to: event.to },
    });
  }
}

/** Tables and CSV have one column for the webhook, whatever the event is about. */
function forColumns(event: FeedEvent): object {
  if (!('at' in event)) return event;
  const invocation = 'invocation' in event ? event.invocation : undefined;
  const webhook = ('webhook' in event ? event.webhook : undefined) ?? invocation?.webhook;
  const reason = ('reason' in event ? event.reason : undefined) ?? invocation?.reason;
  return { ...event, webhook, reason };
}

function hasFailed(event: FeedEvent): boolean {
  return event.type === 'settled' && event.invocation.status !== 'success';
}

async function show(
  hooktrail: Hooktrail,
  event: FeedEvent,
  part: string,
  signal: AbortSignal,
): Promise<unknown> {
  if (event.type !== 'attempted' && event.type !== 'settled') return undefined;
  const { id, attemptsCount }: ListedInvocation = event.invocation;
  if (attemptsCount === 0) return undefined;
  for (;;) {
    try {
      return partOf(await hooktrail.invocations.attempt(id, attemptsCount, { signal }), part);
    } catch (error) {
      // Retention may have removed it; the row itself must not be lost for that.
      if ((error as { statusCode?: number }).statusCode === 404) return undefined;
      if (describeFailure(error).exitCode !== EXIT.network || signal.aborted) throw error;
    }
    // The node restarts, or is too busy: the row comes later.
    await sleep(AGAIN_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
