import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { eventually } from '@hooktrail/harness/eventually';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FeedItem } from '../../feed/feed-item.ts';
import { createFeedSeal } from '../../feed/feed-seal.ts';
import { newId } from '../../model/ids.ts';
import { Shares } from '../../shares/shares.ts';
import { FeedGroup } from './feed-group.ts';
import { FeedStream } from './feed-stream.ts';

const seal = createFeedSeal(Buffer.alloc(32, 1));
const WRITER = newId(Date.now());
const before = { atMs: Date.now(), writers: new Map() };

let numbers = 0;
/** So many items of about a kilobyte. */
const items = (count: number): FeedItem[] =>
  Array.from({ length: count }, () => {
    const id = newId(Date.now());
    const webhook = {
      id,
      name: 'x'.repeat(800),
      family: 'local' as const,
      origin: undefined,
      webhook: undefined,
      deletedAt: undefined,
      held: null,
    };
    const mark = { before, begun: [], writer: WRITER, number: ++numbers };
    const facts = { createdMs: 0 } as FeedItem['facts'];
    return {
      kind: 'held',
      accountId: 1,
      atMs: 0,
      facts,
      mark,
      done: 1,
      shown: { text: undefined },
      webhook: { webhook, reasonCode: 'paused' },
    };
  });

const group = () =>
  new FeedGroup({ accountId: 1, matches: () => true, now: () => Date.now(), seal });

/** A stream to a client that reads only when it is told to. */
async function open(bytes = new Shares(64 * 1024 * 1024), of = group()) {
  let wakes = 0;
  let begin: (response: ServerResponse) => void = () => {};
  const begun = new Promise<ServerResponse>((resolve) => {
    begin = resolve;
  });
  const server = createServer((_request, response) => {
    response.writeHead(200);
    begin(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client: Socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  const response = await begun;
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  const stream = new FeedStream({
    accountId: 1,
    bytes,
    group: of,
    response,
    onRoom: () => wakes++,
  });
  let text = '';
  return {
    stream,
    client,
    bytes,
    wakes: () => wakes,
    read() {
      client.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1');
      });
      client.resume();
    },
    text: () => text,
  };
}

const told = (text: string) => text.match(/^event: held$/gm)?.length ?? 0;
const skipped = (text: string) =>
  [...text.matchAll(/event: skipped\r?\ndata: \{"count":(\d+)\}/g)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );

describe('FeedStream', () => {
  it('skips what a slow reader does not take, says how many, and goes on', async () => {
    const { bytes, client, read, stream, text } = await open();
    client.pause();
    const rounds = 200;
    // More than the buffers of both sides, which take some megabytes.
    for (let round = 0; round < rounds; round++) stream.take(items(100), false);
    const held = bytes.used;
    expect(held).toBeLessThan(1_200_000);
    expect(stream.hasRoom).toBe(false);
    read();
    await eventually('the count', () => skipped(text()) > 0);
    expect(told(text()) + skipped(text())).toBe(rounds * 100);
    expect(bytes.used).toBe(0);
    stream.take(items(5), false);
    await eventually('what follows', () => told(text()) + skipped(text()) === rounds * 100 + 5);
    expect(stream.hasRoom).toBe(true);
  });

  it('never skips the past, and asks for more of it when there is room', async () => {
    const { client, read, stream, text, wakes } = await open();
    client.pause();
    let sent = 0;
    while (stream.hasRoom) {
      stream.take(items(100), true);
      sent += 100;
      if (sent > 50_000) throw new Error('it is never full');
    }
    const before = wakes();
    read();
    await eventually('room', () => wakes() > before);
    // There is room once the network has taken everything; the client may still have to read it.
    await eventually('the rest', () => told(text()) >= sent);
    expect(told(text())).toBe(sent);
    expect(skipped(text())).toBe(0);
  });

  it('counts text that readers share once, and keeps little when the account has no more', async () => {
    const bytes = new Shares(2_000_000);
    const shared = group();
    const all = await Promise.all([1, 2, 3].map(() => open(bytes, shared)));
    for (const { client } of all) client.pause();
    const list = items(100);
    for (const { stream } of all) stream.take(list, false);
    const once = bytes.used;
    expect(once).toBeLessThan(150_000);
    for (let round = 0; round < 100; round++)
      for (const { stream } of all) stream.take(items(50), false);
    expect(bytes.used).toBeLessThan(2_200_000);
    for (const { client } of all) client.destroy();
    await eventually('nothing', () => bytes.used === 0);
  });
});
