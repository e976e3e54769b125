import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import type { Context } from '../session/context.ts';

/** A `fetch` that says when the feed is lost and back, and the signal that ends a tail without a server. */
export interface WatchedConnection {
  readonly fetch: typeof globalThis.fetch;
  /** Aborts at Ctrl-C, and when the server was away for too long. */
  readonly signal: AbortSignal;
  stop(): void;
}

/**
 * Watches the connections of a feed. The SDK reconnects for as long as it lives and says nothing; a tail
 * that shows nothing because nothing happens must look different from one that has no server.
 *
 * `connecting` -> `connected` -> `lost` -> `connected` ...; `connecting` -> `lost` where no server is; and
 * `lost` -> given up
 */
export function watchConnection(context: Context, giveUpMs: number): WatchedConnection {
  const end = new AbortController();
  let lostAt: number | undefined;
  let wasConnected = false;
  let timer: NodeJS.Timeout | undefined;

  const lose = (why: string): void => {
    if (lostAt !== undefined || context.signal.aborted) return;
    lostAt = Date.now();
    const what = wasConnected ? 'lost the server' : 'no answer from the server';
    context.note(`${what} (${why}); trying again`, { state: 'lost', why });
    if (giveUpMs === 0) return;
    timer = setTimeout(() => {
      end.abort(
        new CommandFailure(`the server was away for ${giveUpMs / 1_000} s (${why})`, {
          exitCode: EXIT.network,
          code: 'ConnectionError',
          next: wasConnected
            ? 'Go on later where it was: --after with the "id" of the last row, or --since.'
            : 'Check the URL (--url, HOOKTRAIL_URL or the profile) and that the node runs.',
        }),
      );
    }, giveUpMs);
  };

  const find = (): void => {
    clearTimeout(timer);
    if (lostAt !== undefined) {
      const seconds = Math.round((Date.now() - lostAt) / 1_000);
      context.note(`${wasConnected ? 'connected again' : 'connected'} after ${seconds} s`, {
        state: 'connected',
        awaySeconds: seconds,
      });
    }
    lostAt = undefined;
    wasConnected = true;
  };

  return {
    signal: AbortSignal.any([context.signal, end.signal]),
    stop: () => clearTimeout(timer),
    async fetch(input, init) {
      const isFeed = new URL(String(input)).pathname.endsWith('/v1/feed');
      // The SDK asks again only when the connection before has ended.
      if (isFeed && wasConnected) lose('the connection ended');
      try {
        const response = await fetch(input, init);
        const { status, ok, headers } = response;
        if (status >= 500 || status === 429) lose(`status ${status}`);
        else if (ok && !isOurs(headers, isFeed)) lose('something else than Hooktrail answered');
        else if (ok) find();
        return response;
      } catch (error) {
        lose(reasonOf(error));
        throw error;
      }
    },
  };
}

/** The page of a proxy is an answer too, but it is no feed and no attempt, and must not look like a server that is back. */
const isOurs = (headers: Headers, isFeed: boolean): boolean =>
  headers.get('content-type')?.startsWith(isFeed ? 'text/event-stream' : 'application/json') ===
  true;

/** `fetch failed` says nothing; its cause does. */
const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
};
