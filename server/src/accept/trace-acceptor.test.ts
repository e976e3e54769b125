import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { shareRoom } from '../config/share-room.ts';
import type { Database } from '../database/database.ts';
import type { Query } from '../database/query.ts';
import type { Directory } from '../directory/directory.ts';
import { newId } from '../model/ids.ts';
import { Unavailable } from '../model/unavailable.ts';
import type { Webhook } from '../model/webhook.ts';
import type { EventRow } from '../sql/insert-events.ts';
import { exportTo } from '../testing/export-to.ts';
import {
  type CollectedSpan,
  startTraceCollector,
  type TraceCollector,
} from '../testing/trace-collector.ts';
import { createTraces, type StoppableTraces } from '../traces/create-traces.ts';
import type { Acceptor } from './acceptor.ts';
import { createAcceptor } from './create-acceptor.ts';
import { traceAcceptor } from './trace-acceptor.ts';

const webhook = { id: newId(Date.now()), accountId: 1, status: 'active' } as Webhook;
const direct = { ...webhook, subscriptions: ['a.direct'] } as unknown as Webhook;
const event = (id: string) => ({ id, ownId: true, type: 'a.b', body: '{}' });
const publication = (id: string) => ({ event: event(id), idempotency: undefined });

let collector: TraceCollector;
let traces: StoppableTraces;
let acceptor: Acceptor;
let stored: EventRow[];
let failure: Error | undefined;

beforeEach(async () => {
  collector = await startTraceCollector();
  traces = await createTraces({
    config: exportTo(collector),
    log: pino({ level: 'silent' }),
    version: '1',
  });
  stored = [];
  failure = undefined;
  const inner = createAcceptor({
    clock: { now: () => Date.now() },
    database: {
      async run<Params, Row>(query: Query<Params, Row>, params: Params) {
        if (failure !== undefined) throw failure;
        traces.statement(query.name)?.end();
        stored.push(...(params as { events: EventRow[] }).events);
        return [{ leased_until: new Date(), stale: [] }] as Row[];
      },
    } as Partial<Database> as Database,
    directory: {
      subscribers: () => [webhook],
      account: () => undefined,
      version: () => 0,
    } as Partial<Directory> as Directory,
    leaseMs: 30_000,
    room: shareRoom(1),
    shortCut: { reserve: () => false, cancel() {}, deliver() {}, due() {} },
    traces,
  });
  acceptor = traceAcceptor(inner, traces);
});
afterEach(() => collector.close());

/** All spans of a name, when everything was exported. */
async function spans(name: string): Promise<CollectedSpan[]> {
  await traces.stop();
  return collector.spans.filter((span) => span.name === name);
}

it('links what it writes together to each publishing', async () => {
  await Promise.all(['a', 'b', 'c'].map((id) => acceptor.publish(1, event(id), undefined)));
  const publishings = await spans('publish');
  expect(publishings).toHaveLength(3);
  expect(stored.map((row) => row.traceContext)).toEqual(
    publishings.map(({ spanId, traceId }) => `00-${traceId}-${spanId}-01`),
  );
  const groups = await spans('write events');
  expect(groups).toMatchObject([
    {
      parentSpanId: '',
      links: publishings.map(({ spanId, traceId }) => ({ spanId, traceId })),
      attributes: { 'hooktrail.group.places': 3 },
    },
  ]);
  expect(await spans('insert-events')).toMatchObject([
    { traceId: groups[0]?.traceId, parentSpanId: groups[0]?.spanId },
  ]);
});

it('keeps 128 links of a group', async () => {
  await Promise.all(
    Array.from({ length: 200 }, (_, n) => acceptor.publish(1 + n, event(`e${n}`), undefined)),
  );
  expect((await spans('write events')).map(({ links }) => links.length)).toContain(128);
});

it('makes one publishing of a batch, and its statement a part of that', async () => {
  await acceptor.publishAll(1, [publication('a'), publication('b')]);
  const [publishing] = (await spans('publish')) as [CollectedSpan];
  expect(publishing.attributes).toMatchObject({
    'messaging.batch.message_count': 2,
    'hooktrail.invocations': 2,
    'hooktrail.events.refused': 0,
  });
  const groups = await spans('write events');
  expect(groups).toMatchObject([{ parentSpanId: publishing.spanId, links: [] }]);
});

it('stores the place of a direct invocation', async () => {
  const id = await acceptor.invoke(() => ({ webhook: direct, body: '{}' }));
  const [{ attributes, spanId, traceId }] = (await spans('publish')) as [CollectedSpan];
  expect(attributes).toMatchObject({ 'hooktrail.invocation.id': id });
  expect(stored).toMatchObject([{ traceContext: `00-${traceId}-${spanId}-01` }]);
});

it('names the class of an error, and not its message', async () => {
  failure = new Unavailable('the secret of the database');
  const published = acceptor.publish(1, event('a'), undefined);
  await expect(published).rejects.toThrow('the secret');
  await acceptor.publishAll(1, [publication('b')]);
  const [first, second] = (await spans('publish')) as [CollectedSpan, CollectedSpan];
  expect(first).toMatchObject({ isFailed: true, attributes: { 'error.type': 'Unavailable' } });
  expect(second.attributes).toMatchObject({ 'hooktrail.events.refused': 1 });
  expect(Buffer.concat(collector.bodies).toString()).not.toContain('the secret');
});
