import type { ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { shareRoom } from '../../config/share-room.ts';
import type { Feed } from '../../feed/feed-hub.ts';
import { createFeedSeal } from '../../feed/feed-seal.ts';
import { compileQuery } from '../../query/compile-query.ts';
import { FeedStreams } from './feed-streams.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

/** Readers of a feed where nothing happens. */
function scene() {
  const feed = {
    join: async () => ({ place: undefined, gap: undefined }),
    leave: () => undefined,
    placeOf: () => ({ atMs: Date.now(), writers: new Map() }),
    wake: () => undefined,
  } as unknown as Feed;
  const streams = new FeedStreams({
    clock: { now: () => Date.now() },
    connections: 16,
    room: shareRoom(1),
    feed,
    onSkip: () => undefined,
    seal: createFeedSeal(Buffer.alloc(32, 1)),
    tokensVersion: () => 1,
  });
  return async () => {
    const response = new PassThrough();
    let text = '';
    response.on('data', (chunk: Buffer) => {
      text += chunk;
    });
    await streams.open({
      accountId: 1,
      query: compileQuery([], Date.now(), 'followFeed'),
      start: {} as never,
      response: response as unknown as ServerResponse,
      sendHead: () => undefined,
      refusal: () => undefined,
    });
    return { beats: () => text.match(/^: heartbeat\nid: \S+$/gm)?.length ?? 0, response };
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('shows every 15 seconds that the connection lives, and how far the reader has come', async () => {
  const open = scene();
  const [one, other] = [await open(), await open()];
  for (const [seconds, beats] of [
    [14, 0],
    [1, 1],
    [14, 1],
    [1, 2],
    [30, 4],
  ] as const) {
    vi.advanceTimersByTime(1_000 * seconds);
    await settled();
    expect([one.beats(), other.beats()]).toEqual([beats, beats]);
  }
});

it('ends with the last reader', async () => {
  const open = scene();
  const [one, other] = [await open(), await open()];
  one.response.destroy();
  await settled();
  expect(vi.getTimerCount()).toBe(1);
  other.response.destroy();
  await settled();
  expect(vi.getTimerCount()).toBe(0);
});
