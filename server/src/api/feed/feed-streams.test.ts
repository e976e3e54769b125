import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shareRoom } from '../../config/share-room.ts';
import type { Feed, FeedBegin } from '../../feed/feed-hub.ts';
import { createFeedSeal } from '../../feed/feed-seal.ts';
import { compileQuery } from '../../query/compile-query.ts';
import { type Followed, follow } from '../../testing/follow.ts';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';
import { FeedStreams } from './feed-streams.ts';

let api: TestApi;
let url: string;
const open: Followed[] = [];

beforeAll(async () => {
  // Half of them are for the feed, and seven eighths of that for one account.
  api = await startTestApi({ limits: { connections: 32 } });
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  for (const one of open) await one.close();
  await api.stop();
});

async function read(token: string): Promise<number> {
  const stream = await follow(url, '', { token });
  if (stream.response.ok) open.push(stream);
  return stream.response.status;
}

it('has places for some readers of an account, leaves some to others, and takes them back', async () => {
  const statuses: number[] = [];
  for (let one = 0; one < 16; one++) statuses.push(await read('read-1'));
  expect(statuses.filter((status) => status === 200)).toHaveLength(14);
  const refused = await follow(url, '', { token: 'read-1' });
  expect(refused.response.status).toBe(429);
  expect(refused.response.headers.get('retry-after')).toBe('5');
  expect(await read('admin-2')).toBe(200);
  expect((await follow(url, '', { token: 'publish-1' })).response.status).toBe(403);
  // The other account has one, so the share is smaller by one.
  for (let one = 0; one < 2; one++) await open.shift()?.close();
  await expect.poll(() => read('read-1'), { timeout: 20_000 }).toBe(200);
});

it('opens no stream to a reader that was refused while its place was looked for', async () => {
  let find: (begin: FeedBegin) => void = () => undefined;
  let readers = 0;
  const feed = {
    join: () => {
      readers++;
      return new Promise<FeedBegin>((resolve) => (find = resolve));
    },
    leave: () => readers--,
  } as unknown as Feed;
  const streams = new FeedStreams({
    clock: { now: () => Date.now() },
    connections: 16,
    feed,
    onSkip: () => undefined,
    room: shareRoom(1),
    seal: createFeedSeal(Buffer.alloc(32, 1)),
    tokensVersion: () => 1,
  });
  const response = new PassThrough();
  let refusal: string | undefined;
  let isBegun = false;
  const opened = streams.open({
    accountId: 1,
    query: compileQuery([], Date.now(), 'followFeed'),
    start: 'now',
    response: response as unknown as ServerResponse,
    sendHead: () => {
      isBegun = true;
    },
    refusal: () => refusal,
  });
  refusal = 'the token was revoked';
  find({ place: undefined });
  await opened;
  expect({ isBegun, readers, isGone: response.destroyed }).toEqual({
    isBegun: false,
    readers: 0,
    isGone: true,
  });
});
