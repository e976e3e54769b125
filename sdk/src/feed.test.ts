import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UnauthorizedError } from './errors/unauthorized-error.ts';
import { Hooktrail } from './hooktrail.ts';
import type { FeedEvent } from './models/feed-event.ts';
import { type UglyStep, uglyServer } from './testing/ugly-server.ts';

const HEAD = 'retry: 1\nid: p0\n\n';

const stream =
  (...chunks: string[]): UglyStep =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const chunk of chunks) response.write(chunk);
  };
const ending =
  (...chunks: string[]): UglyStep =>
  (...given) => {
    stream(...chunks)(...given);
    given[0].end();
  };
const settled = (id: string, extra = {}) =>
  `id: ${id}\nevent: settled\ndata: ${JSON.stringify({ at: '2026-11-01T10:00:00.123Z', ...extra })}\n\n`;

async function serve(...steps: UglyStep[]) {
  const server = await uglyServer(...steps);
  onTestFinished(() => server[Symbol.asyncDispose]());
  const hooktrail = new Hooktrail({
    baseUrl: server.baseUrl,
    auth: { accessToken: 'token' },
    retries: { strategy: 'none' },
  });
  return { hooktrail, seen: server.seen };
}

async function take(feed: AsyncIterable<FeedEvent>, count: number): Promise<FeedEvent[]> {
  const events: FeedEvent[] = [];
  for await (const event of feed) {
    events.push(event);
    if (events.length === count) break;
  }
  return events;
}

describe('feed', () => {
  it('yields models, and asks with the query as text or as JSON', async () => {
    const invocation = { id: 'i', attempts_count: 2, created_at: '2026-11-01T09:00:00Z' };
    const { hooktrail, seen } = await serve(
      stream(
        HEAD,
        settled('p1', { invocation }),
        'event: gap\ndata: {"from":"2026-11-01T00:00:00Z","to":"2026-11-02T00:00:00Z"}\nid: p2\n\n',
        'event: skipped\ndata: {"count": 7}\n\n',
      ),
    );
    const [one, gap, skipped] = await take(hooktrail.feed({ q: 'status:failed', since: '10m' }), 3);
    expect(one).toEqual({
      type: 'settled',
      id: 'p1',
      at: new Date('2026-11-01T10:00:00.123Z'),
      invocation: { id: 'i', attemptsCount: 2, createdAt: new Date('2026-11-01T09:00:00Z') },
    });
    const day = (date: string) => new Date(`${date}T00:00:00Z`);
    expect(gap).toEqual({ type: 'gap', id: 'p2', from: day('2026-11-01'), to: day('2026-11-02') });
    expect(skipped).toEqual({ type: 'skipped', id: 'p2', count: 7 });
    await take(hooktrail.feed({ q: [{ field: 'status', values: ['failed'] }] }), 1);
    const [text, json] = seen.map(({ url }) => new URL(url ?? '', 'http://x').searchParams);
    expect(Object.fromEntries(text ?? [])).toEqual({ q: 'status:failed', since: '10m' });
    expect(json?.get('query')).toBe('[{"field":"status","values":["failed"]}]');
    expect(seen[0]?.headers).toMatchObject({
      accept: 'text/event-stream',
      authorization: 'Bearer token',
    });
    expect(seen[0]?.headers).not.toHaveProperty('last-event-id');
  });

  it('goes on after the last event or heartbeat when the stream ends, breaks or is cut in a line', async () => {
    const reset: UglyStep = (response, request, socket) => {
      stream(settled('p3'))(response, request, socket);
      setImmediate(() => socket.resetAndDestroy());
    };
    const busy: UglyStep = (response) => void response.writeHead(503).end();
    const { hooktrail, seen } = await serve(
      ending(HEAD, settled('p1')),
      ending(': heartbeat\nid: p2\n\n', 'id: p9\nevent: settled\ndata: {"at"'),
      reset,
      busy,
      stream(settled('p4')),
    );
    const events = await take(hooktrail.feed(), 3);
    expect(events.map(({ id }) => id)).toEqual(['p1', 'p3', 'p4']);
    expect(seen.map(({ headers }) => headers['last-event-id'])).toEqual([
      undefined,
      'p1',
      'p2',
      'p3',
      'p3',
    ]);
  });

  it('begins where it was left', async () => {
    const { hooktrail, seen } = await serve(stream(settled('p8')));
    await take(hooktrail.feed({ lastEventId: 'p7' }), 1);
    expect(seen[0]?.headers['last-event-id']).toBe('p7');
  });

  it('reads messages in any pieces, with any ends of lines', async () => {
    const text = [
      '\uFEFF: comment\r\nevent:settled\r\ndata: {"at":\r\ndata:"2026-11-01T10:00:00Z",\r\n',
      'data: "invocation":{"id":"ü😀"}}\r\nid:p1\r\n\r\n',
      settled('p2').replaceAll('\n', '\r'),
      settled('p3'),
    ].join('');
    for (const size of [1, 2, 3, 7, 1_000]) {
      const bytes = Buffer.from(text);
      const { hooktrail } = await serve((response) => {
        response.writeHead(200);
        response.flushHeaders();
        let at = 0;
        const next = () => {
          if (at >= bytes.length) return;
          const piece = bytes.subarray(at, at + size);
          at += size;
          response.write(piece, next);
        };
        next();
      });
      const events = await take(hooktrail.feed(), 3);
      expect(events.map(({ id }) => id)).toEqual(['p1', 'p2', 'p3']);
      expect(events[0]).toMatchObject({ type: 'settled', invocation: { id: 'ü😀' } });
    }
  });

  it('reads messages whose text has line separators of Unicode, which end no line', async () => {
    const id = 'a\u2028b\u2029c\u0085d';
    const { hooktrail } = await serve(
      stream(settled('p1', { invocation: { id } }), settled('p2'), settled('p3')),
    );
    const events = await take(hooktrail.feed(), 2);
    expect(events).toMatchObject([{ id: 'p1', invocation: { id } }, { id: 'p2' }]);
  });

  it('closes the connection when the iteration or the signal ends', async () => {
    const responses: ServerResponse[] = [];
    const { hooktrail } = await serve((...given) => {
      responses.push(given[0]);
      stream(settled('p1'))(...given);
    });
    const closed = () =>
      new Promise<void>((resolve) => (responses.at(-1) as ServerResponse).once('close', resolve));
    const events = hooktrail.feed();
    await events.next();
    const left = closed();
    await events.return();
    await left;

    const controller = new AbortController();
    const aborted = hooktrail.feed({ signal: controller.signal });
    await aborted.next();
    const waiting = aborted.next();
    const gone = closed();
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await gone;
    await expect(hooktrail.feed({ signal: controller.signal }).next()).rejects.toThrow('enough');
  });

  it('ends with the error of a refusal, at first and later', async () => {
    const refuse: UglyStep = (response) => void response.writeHead(401).end('{}');
    const first = await serve(refuse);
    await expect(take(first.hooktrail.feed(), 1)).rejects.toThrow(UnauthorizedError);
    const later = await serve(ending(HEAD, settled('p1')), refuse);
    await expect(take(later.hooktrail.feed(), 2)).rejects.toThrow(UnauthorizedError);
    expect(later.seen).toHaveLength(2);
  });

  it('does not keep a line without an end', async () => {
    const { hooktrail } = await serve((response) => {
      const more = () => response.write('x'.repeat(65_536), (error) => error ?? more());
      more();
    });
    await expect(take(hooktrail.feed(), 1)).rejects.toThrow('has no end');
  });
});
