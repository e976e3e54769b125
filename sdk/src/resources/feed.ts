import { APIError } from '../errors/api-error.ts';
import { ConnectionError } from '../errors/connection-error.ts';
import { TimeoutError } from '../errors/timeout-error.ts';
import { readEventStream, type StreamPlace } from '../internal/read-event-stream.ts';
import { createTransport } from '../internal/transport.ts';
import { v1Path } from '../internal/v1-path.ts';
import { within } from '../internal/within.ts';
import type { FeedEvent } from '../models/feed-event.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { ZendeskOptions } from '../options/zendesk-options.ts';
import type { Query } from '../query/query.ts';
import { feedEvent } from '../shapes/feed-event.ts';

/** What the feed shows, and where it begins. */
export interface FeedOptions extends CallOptions {
  /** The text of a query, or its JSON form; everything by default. */
  readonly q?: string | Query | undefined;
  /** Where to begin: a time, or how long ago, such as `10m`; at most 24 hours. Default: now. */
  readonly since?: Date | string | undefined;
  /** Goes on after an event with this `id`, within 24 hours, on whichever node. */
  readonly lastEventId?: string | undefined;
}

/** Follows the feed; iterate over it. */
export type Feed = (options?: FeedOptions) => AsyncGenerator<FeedEvent, void, undefined>;

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

/** The server sends a heartbeat every 15 s: after three of them the connection is dead. */
const SILENCE_MS = 45_000;

/** Whether connecting again may help. */
const passes = (error: unknown): boolean =>
  error instanceof APIError
    ? error.statusCode >= 500 || error.statusCode === 429
    : error instanceof ConnectionError || error instanceof TimeoutError;

const ignore = () => {};

/** Creates the operation that follows the feed. */
export const feed = (client: ZendeskOptions): Feed =>
  async function* feedEvents({ q, since, lastEventId = '', ...options } = {}) {
    const { signal } = options;
    const place: StreamPlace = { id: lastEventId, retryMs: FIRST_RETRY_MS };
    const query = {
      ...(typeof q === 'string' ? { q } : { query: q && JSON.stringify(q) }),
      since,
    };

    /** One connection. Refusals and failures are those of every call. */
    const connect = async (retries: CallOptions['retries']) => {
      let body: ReadableStream<Uint8Array> | null | undefined;
      const send = createTransport({
        ...client,
        fetch: async (url, init) => {
          const response = await (client.fetch ?? fetch)(url, init);
          if (!response.ok) return response;
          // The transport reads an answer to its end, which this one does not have.
          ({ body } = response);
          const { status, headers } = response;
          return new Response('null', { status, headers });
        },
      });
      await send({ path: v1Path('feed'), query }, ignore, {
        ...options,
        retries,
        headers: {
          accept: 'text/event-stream',
          'last-event-id': place.id || undefined,
          ...options.headers,
        },
      });
      return body;
    };

    let connected = false;
    for (let failures = 0; ; failures++) {
      let cancel = ignore;
      try {
        const reader = (
          await connect(connected ? { strategy: 'none' } : options.retries)
        )?.getReader();
        cancel = () => void reader?.cancel().catch(ignore);
        signal?.addEventListener('abort', cancel);
        connected = true;
        const read = async () => {
          const timer = setTimeout(cancel, SILENCE_MS);
          // A connection that breaks is one that ends: the next one goes on there.
          const chunk = await reader?.read().catch(ignore);
          clearTimeout(timer);
          if (chunk?.value) failures = 0;
          return chunk?.value;
        };
        for await (const { event, data, id } of readEventStream(read, place)) {
          signal?.throwIfAborted();
          yield feedEvent.decode({ ...JSON.parse(data), type: event, id });
        }
      } catch (error) {
        if (!passes(error)) throw error;
      } finally {
        signal?.removeEventListener('abort', cancel);
        cancel();
      }
      signal?.throwIfAborted();
      const longestMs = Math.min(LONGEST_RETRY_MS, place.retryMs * 2 ** failures);
      await within((longestMs * (1 + Math.random())) / 2, signal, ignore);
    }
  };
