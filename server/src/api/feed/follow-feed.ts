import { setTimeout as sleep } from 'node:timers/promises';
import { readQuery, timeRanges } from '@hooktrail/sdk/query';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type FeedStart, VALID_MS } from '../../feed/feed-hub.ts';
import { createFeedSeal, type FeedSeal } from '../../feed/feed-seal.ts';
import { SECOND_MS } from '../../model/time-units.ts';
import { showValue } from '../errors/show-value.ts';
import { validationError } from '../errors/validation-error.ts';
import { readTrailQuery } from '../invocations/read-trail-query.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import { FeedHeaders, FeedParameters } from './feed-schema.ts';
import { FeedStreams } from './feed-streams.ts';

/** From a check of a session that failed to the next. */
const ASK_AGAIN_MS = SECOND_MS;

const PARAMETERS = Object.keys(FeedParameters.properties);

/** `GET /v1/feed`: what happens in an account, as it is committed. */
export const followFeed: Routes = (app, services) => {
  const { clock, directory, feed, feedKey, limits, metrics, room, sessions } = services;
  const seal = createFeedSeal(feedKey);
  const streams = new FeedStreams({
    clock,
    connections: limits.connections,
    feed,
    room,
    onSkip: (events) => metrics.feedSkipped.add(events),
    seal,
    tokensVersion: () => directory.tokensVersion,
  });
  app.addHook('preClose', async () => streams.stop());

  app.get(
    '/v1/feed',
    {
      schema: {
        operationId: 'followFeed',
        summary: 'Follow what happens to events and invocations',
        description:
          'Server-sent events, as they are committed: `accepted`, `attempted`, `settled`, `held` and `released`, whose data is a `FeedData`; `skipped` (`count`) where the reader was too slow; `gap` (`from`, `to`) where its last event is older than a day. A reconnection with `Last-Event-ID`, to whichever node, goes on after that event: nothing is missed. A heartbeat comes every 15 seconds. See docs/feed.md.',
        tags: ['Feed'],
        querystring: FeedParameters,
        headers: FeedHeaders,
        response: {
          200: {
            description: 'The stream, which does not end.',
            content: { 'text/event-stream': { schema: { type: 'string' } } },
          },
          ...errorAnswers(400),
        },
      },
    },
    async (request, reply) => {
      const { accountId, session, tokenId } = request.caller;
      const nowMs = clock.now();
      // Here `since` is not a field of the query.
      const { since, ...queried } = request.query;
      const query = readTrailQuery(queried, PARAMETERS, nowMs, 'followFeed');
      const start = startOf(request, seal, since, nowMs);
      if (request.method === 'HEAD') return reply.type(EVENT_STREAM).send('');
      const refusal = (): string | undefined => {
        if (directory.tokenById(tokenId) === undefined) return 'the token was revoked';
        if (session !== undefined) void endWithSession(session);
        if (directory.account(accountId)?.suspendedAt !== undefined) {
          return 'the account was suspended';
        }
        return undefined;
      };
      /** A reader whose session has ended connects again, and learns it from the 401. */
      const endWithSession = async (one: string): Promise<void> => {
        // Where the database did not answer, the session may have ended, and nothing else asks again.
        for (; !reply.raw.destroyed; await sleep(ASK_AGAIN_MS, undefined, { ref: false })) {
          const token = await sessions.find(one).catch(() => null);
          if (token === undefined) reply.raw.end();
          if (token !== null) return;
        }
      };
      if (session !== undefined) {
        const leftMs = sessions.expiresAtMs(session) - nowMs;
        const expiry = setTimeout(() => reply.raw.end(), leftMs).unref();
        reply.raw.once('close', () => clearTimeout(expiry));
      }
      await streams.open({
        accountId,
        query,
        start,
        response: reply.raw,
        sendHead: () => sendHead(reply),
        refusal,
      });
      return reply;
    },
  );
};

const EVENT_STREAM = 'text/event-stream; charset=utf-8';

function sendHead(reply: FastifyReply): void {
  reply.type(EVENT_STREAM).header('x-accel-buffering', 'no').hijack();
  reply.raw.writeHead(200, reply.getHeaders() as Record<string, string>);
}

/** @throws ApiError `InvalidCursor` or `InvalidParameter`. */
function startOf(
  { caller, headers }: FastifyRequest,
  seal: FeedSeal,
  since: string | undefined,
  nowMs: number,
): FeedStart {
  const lastId = headers['last-event-id'];
  if (typeof lastId === 'string' && lastId !== '') {
    const cursor = seal.read(caller.accountId, lastId);
    if (cursor !== undefined) return cursor;
    throw validationError('InvalidCursor', [
      {
        field: 'Last-Event-ID',
        code: 'invalid_cursor',
        message: 'Last-Event-ID must be the id of an event of the feed of this account',
      },
    ]);
  }
  if (since === undefined || since === '') return 'now';
  const sinceMs = readSince(since, nowMs);
  if (sinceMs !== undefined && sinceMs <= nowMs && sinceMs >= nowMs - VALID_MS) return { sinceMs };
  const isTime = sinceMs !== undefined;
  throw validationError('InvalidParameter', [
    {
      field: 'since',
      code: isTime ? 'out_of_range' : 'invalid_format',
      message: isTime
        ? `since must be within the last 24 hours, got ${showValue(since)}`
        : `since must be how long ago, such as 10m or 2h, or a time in ISO 8601, got ${showValue(since)}`,
    },
  ]);
}

/** A time in one of the forms of the query language. */
function readSince(text: string, nowMs: number): number | undefined {
  try {
    const [term] = readQuery([{ field: 'since', values: [text] }]);
    return term?.field === 'since' ? timeRanges(term, nowMs)[0]?.[0] : undefined;
  } catch {
    return undefined;
  }
}
