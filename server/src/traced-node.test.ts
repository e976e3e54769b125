import { eventually } from '@hooktrail/harness/eventually';
import { answering, startReceiver } from '@hooktrail/harness/receiver';
import {
  ATTR_DB_QUERY_SUMMARY,
  ATTR_DB_SYSTEM_NAME,
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_REQUEST_RESEND_COUNT,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_FULL,
  ATTR_URL_PATH,
  ATTR_URL_SCHEME,
} from '@opentelemetry/semantic-conventions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MASK } from './secrets/mask.ts';
import { exportTo } from './testing/export-to.ts';
import { follow } from './testing/follow.ts';
import { openStage, type Stage } from './testing/stage.ts';
import { makeDue, sql, type TestNode } from './testing/test-node.ts';
import {
  type CollectedSpan,
  startTraceCollector,
  type TraceCollector,
} from './testing/trace-collector.ts';

/** Claims after a change of a webhook end within milliseconds. */
const MOST_TRIES = 20;

interface Delivery {
  readonly propagate_trace?: string;
  readonly schedule_seconds?: readonly number[];
}

const SERVER = 2;
const CLIENT = 3;
const PRODUCER = 4;

let ids = 0;
/** The place of a publisher in a trace that no other test has. */
function publisher(flags = '01') {
  const traceId = (++ids).toString(16).padStart(32, 'a');
  const spanId = ids.toString(16).padStart(16, 'b');
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-${flags}` };
}

const contextOf = async (stage: Stage, type: string): Promise<(string | null)[]> =>
  (
    await sql<{ trace_context: string | null }>(
      stage.databaseUrl,
      'select trace_context from event where type = $1 order by id',
      [type],
    )
  ).map((row) => row.trace_context);

describe('with a collector', () => {
  let stage: Stage;
  let node: TestNode;
  let collector: TraceCollector;

  beforeAll(async () => {
    collector = await startTraceCollector();
    stage = await openStage();
    node = await stage.node({ traces: exportTo(collector) });
  });
  afterAll(async () => {
    await stage.close();
    await collector.close();
  });

  const find = (what: string, isIt: (span: CollectedSpan) => boolean) =>
    eventually(what, () => collector.spans.find(isIt));
  /** The span of an attempt, by its webhook and its place among them. */
  const attempt = (webhookId: string, place = 0) =>
    eventually(
      'the attempt',
      () =>
        collector.spans.filter(
          ({ attributes, kind }) =>
            kind === CLIENT && attributes['hooktrail.webhook.id'] === webhookId,
        )[place],
    );
  const published = (type: string, inTrace?: string) =>
    find('publish', ({ attributes, kind, traceId }) => {
      const isOf = inTrace === undefined || traceId === inTrace;
      return isOf && kind === PRODUCER && attributes['hooktrail.event.type'] === type;
    });
  const publish = async (type: string, headers: object = {}, more: object = {}) => {
    const answer = await node.call('POST', '/v1/events', { type, ...more }, headers);
    expect(answer.status).toBe(202);
    return answer.body;
  };
  const placeOf = ({ spanId, traceId }: CollectedSpan) => ({ spanId, traceId });
  /**
   * A webhook whose second event was sent at once. A claim holds the places of a webhook while it looks for its work:
   * after its creation, its change, and the notifications of both. What is published meanwhile is sent by a claim, so
   * this goes on to another webhook then.
   */
  async function sentAtOnce(delivery: Delivery = {}, behaviour = answering(200)) {
    for (let tries = 1; ; tries++) {
      const scene = await stage.scene(delivery);
      await publish(scene.type);
      await stage.until(scene.webhookId, { success: 1 });
      scene.receiver.behave(behaviour);
      const from = publisher();
      const headers = { traceparent: from.traceparent, tracestate: 'other=1' };
      const { event } = await publish(scene.type, headers);
      const client = await attempt(scene.webhookId, 1);
      // With `link` it has one in any case.
      const isAtOnce = client.links.length === 0 || delivery.propagate_trace === 'link';
      if (isAtOnce || tries === MOST_TRIES) return { ...scene, client, event, from };
    }
  }

  test('a publisher’s trace goes on to the request that is sent at once, and to the statements', async () => {
    const { client, event, from, receiver, type } = await sentAtOnce();
    const producer = await published(type, from.traceId);
    const server = await find('server', ({ spanId }) => spanId === producer.parentSpanId);
    expect(server).toMatchObject({
      name: 'POST /v1/events',
      kind: SERVER,
      traceId: from.traceId,
      parentSpanId: from.spanId,
      traceState: 'other=1',
      attributes: {
        [ATTR_HTTP_REQUEST_METHOD]: 'POST',
        [ATTR_HTTP_ROUTE]: '/v1/events',
        [ATTR_URL_PATH]: '/v1/events',
        [ATTR_URL_SCHEME]: 'http',
        [ATTR_SERVER_ADDRESS]: '127.0.0.1',
        [ATTR_HTTP_RESPONSE_STATUS_CODE]: 202,
        'hooktrail.account.id': 1,
      },
      isFailed: false,
    });
    expect(producer).toMatchObject({
      name: 'publish',
      traceId: from.traceId,
      attributes: { 'messaging.message.id': event.id, 'hooktrail.invocations': 1 },
      links: [],
    });
    expect(client).toMatchObject({
      name: 'POST',
      traceId: from.traceId,
      parentSpanId: producer.spanId,
      links: [],
      isFailed: false,
      attributes: {
        [ATTR_HTTP_REQUEST_METHOD]: 'POST',
        [ATTR_SERVER_ADDRESS]: '127.0.0.1',
        [ATTR_SERVER_PORT]: receiver.port,
        [ATTR_URL_FULL]: `${receiver.url}/`,
        [ATTR_HTTP_RESPONSE_STATUS_CODE]: 200,
      },
    });
    expect(client.attributes).not.toHaveProperty(ATTR_HTTP_REQUEST_RESEND_COUNT);

    for (const [group, statement, parent] of [
      ['write events', 'insert-events', producer],
      ['record outcomes', 'record-outcomes', client],
    ] as const) {
      // An outcome of a test before may be in the same group, which then has links instead.
      const together = await find(group, ({ links, name, parentSpanId }) => {
        if (name !== group) return false;
        return (
          parentSpanId === parent.spanId || links.some(({ spanId }) => spanId === parent.spanId)
        );
      });
      if (together.links.length === 0) expect(together.traceId).toBe(from.traceId);
      const run = await find(statement, ({ name, parentSpanId }) => {
        return name === statement && parentSpanId === together.spanId;
      });
      expect(run).toMatchObject({
        kind: CLIENT,
        attributes: { [ATTR_DB_SYSTEM_NAME]: 'postgresql', [ATTR_DB_QUERY_SUMMARY]: statement },
      });
    }
    expect((await contextOf(stage, type)).at(-1)).toBe(
      `00-${from.traceId}-${producer.spanId}-01 other=1`,
    );
    expect(receiver.requests[1]?.headers).not.toHaveProperty('traceparent');
    expect(collector.resource).toMatchObject({
      'service.name': 'the hooks',
      'deployment.environment.name': 'test',
    });
    expect(collector.requests[0]).toMatchObject({
      path: '/v1/traces',
      headers: { 'content-type': 'application/x-protobuf', 'x-collector': 'mine' },
    });
  });

  test('a retry begins a trace, with a link to the publishing', async () => {
    const { receiver, type, webhookId } = await stage.scene({ schedule_seconds: [60] });
    receiver.behave(answering(503));
    const { invocations } = await publish(type);
    expect(await attempt(webhookId)).toMatchObject({
      isFailed: true,
      attributes: { [ATTR_HTTP_RESPONSE_STATUS_CODE]: 503, [ATTR_ERROR_TYPE]: '503' },
    });
    await stage.until(webhookId, { 'server error': 1 });
    receiver.behave(answering(200));
    await makeDue(stage.databaseUrl);
    const retry = await attempt(webhookId, 1);
    expect(retry).toMatchObject({
      parentSpanId: '',
      links: [placeOf(await published(type))],
      attributes: {
        [ATTR_HTTP_REQUEST_RESEND_COUNT]: 1,
        'hooktrail.invocation.id': invocations[0].id,
      },
    });
    expect(retry.traceId).not.toBe((await attempt(webhookId)).traceId);
  });

  test('a request without an answer has the class of its error', async () => {
    const { receiver, type, webhookId } = await stage.scene();
    await receiver.shut();
    await publish(type);
    const { attributes, isFailed } = await attempt(webhookId);
    expect(isFailed).toBe(true);
    expect(attributes[ATTR_ERROR_TYPE]).toMatch(/^[a-z_ ]+$/);
    expect(attributes).not.toHaveProperty(ATTR_HTTP_RESPONSE_STATUS_CODE);
  });

  test('a batch is one publishing, to which its deliveries have links', async () => {
    const { type, webhookId } = await stage.scene();
    const from = publisher();
    const batch = [{ type }, { type }, { type }];
    await node.call('POST', '/v1/events/batch', batch, { traceparent: from.traceparent });
    const attempts = await eventually('three attempts', async () => {
      const found = collector.spans.filter(
        ({ attributes }) => attributes['hooktrail.webhook.id'] === webhookId,
      );
      return found.length === 3 ? found : undefined;
    });
    const producers = collector.spans.filter(
      ({ kind, traceId }) => kind === PRODUCER && traceId === from.traceId,
    );
    expect(producers).toMatchObject([
      { attributes: { 'messaging.batch.message_count': 3, 'hooktrail.invocations': 3 } },
    ]);
    const [producer] = producers as [CollectedSpan];
    for (const span of attempts) {
      expect(span).toMatchObject({ parentSpanId: '', links: [placeOf(producer)] });
    }
    expect(new Set(attempts.map(({ traceId }) => traceId))).toHaveLength(3);
    expect(new Set(await contextOf(stage, type))).toEqual(
      new Set([`00-${from.traceId}-${producer.spanId}-01`]),
    );
  });

  test.each([
    ['off', undefined],
    ['link', 'own'],
    ['pass', 'publisher'],
  ])('propagate_trace %s', async (propagateTrace, told) => {
    const { from, receiver, type, webhookId } = await sentAtOnce(
      { propagate_trace: propagateTrace, schedule_seconds: [60] },
      answering(500),
    );
    await stage.until(webhookId, { 'server error': 1 });
    receiver.behave(answering(200));
    await makeDue(stage.databaseUrl);
    await stage.until(webhookId, { success: 2 });
    const [first, retry] = [await attempt(webhookId, 1), await attempt(webhookId, 2)];
    const producer = await published(type, from.traceId);
    const requests = receiver.requests.slice(1);
    const headers = requests.map((request) => request.headers['traceparent']);
    if (told === undefined) expect(headers).toEqual([undefined, undefined]);
    else if (told === 'own') {
      for (const span of [first, retry]) {
        expect(span).toMatchObject({ parentSpanId: '', links: [placeOf(producer)] });
        expect(span.traceId).not.toBe(from.traceId);
      }
      expect(headers).toEqual(
        [first, retry].map(({ spanId, traceId }) => `00-${traceId}-${spanId}-01`),
      );
    } else {
      expect(headers).toEqual([
        `00-${from.traceId}-${first.spanId}-01`,
        `00-${from.traceId}-${producer.spanId}-01`,
      ]);
      expect(requests.map((request) => request.headers['tracestate'])).toEqual([
        'other=1',
        'other=1',
      ]);
    }
  });

  test('a publisher that is not sampled is not traced, and its place is stored as it gave it', async () => {
    const { type, webhookId } = await stage.scene();
    const from = publisher('00');
    await publish(type, { traceparent: from.traceparent });
    await stage.until(webhookId, { success: 1 });
    expect(await contextOf(stage, type)).toEqual([from.traceparent]);
    // What is exported later was begun later.
    const { type: other } = await stage.scene();
    await publish(other);
    await published(other);
    expect(collector.spans.filter(({ traceId }) => traceId === from.traceId)).toEqual([]);
  });

  test('what an inbox receives goes on in its sender’s trace', async () => {
    const made = await node.call('POST', '/v1/inboxes', {
      inbox: { name: 'open', scheme: 'none', default_type: 'traced.inbox' },
    });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const { address } = made.body.inbox as { address: string };
    const from = publisher();
    const headers = { 'content-type': 'application/json', traceparent: from.traceparent };
    expect((await fetch(address, { method: 'POST', headers, body: '{}' })).status).toBe(200);
    const producer = await published('traced.inbox');
    expect(producer.traceId).toBe(from.traceId);
    const server = await find('server', ({ spanId }) => spanId === producer.parentSpanId);
    expect(server).toMatchObject({
      name: 'POST /in/:token',
      attributes: { [ATTR_URL_PATH]: `/in/${MASK}` },
    });
  });

  test('a test request belongs to the request of the API that asked for it', async () => {
    const receiver = await startReceiver();
    const from = publisher();
    const request = { endpoint: receiver.url, http_method: 'POST', request_format: 'json' };
    const answer = await node.call(
      'POST',
      '/api/v2/webhooks/test',
      { request },
      { traceparent: from.traceparent },
    );
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    const client = await find('the test', ({ kind, name, traceId }) => {
      return kind === CLIENT && name === 'POST' && traceId === from.traceId;
    });
    const server = await find('server', ({ spanId }) => spanId === client.parentSpanId);
    expect(server.name).toBe('POST /api/v2/webhooks/test');
    await receiver.close();
  });

  test('a list has the statements that it reads', async () => {
    const from = publisher();
    await node.call('GET', '/v1/invocations', undefined, { traceparent: from.traceparent });
    const server = await find('the list', ({ kind, traceId }) => {
      return kind === SERVER && traceId === from.traceId;
    });
    expect(server.name).toBe('GET /v1/invocations');
    await find('a statement', ({ attributes, parentSpanId }) => {
      return parentSpanId === server.spanId && attributes[ATTR_DB_SYSTEM_NAME] === 'postgresql';
    });
  });

  test('what is read for the readers of the feed is in no trace', async () => {
    const reader = await follow(node.url);
    const types: string[] = [];
    for (let event = 0; event < 2; event++) {
      const { type } = await stage.scene();
      await publish(type);
      await reader.until(1, ({ data }) => JSON.stringify(data).includes(type));
      types.push(type);
    }
    await reader.close();
    const server = await find('the feed', ({ name }) => name === 'GET /v1/feed');
    // What is exported later was begun later.
    const { type: last } = await stage.scene();
    await publish(last);
    await published(last);
    expect(collector.spans.filter(({ traceId }) => traceId === server.traceId)).toEqual([server]);
  });

  test('what runs by itself is no trace: no probe, and no statement without a parent', async () => {
    await fetch(`${node.url}/readyz`);
    const { type } = await stage.scene();
    await publish(type);
    await published(type);
    const names = new Set(
      collector.spans.filter(({ parentSpanId }) => parentSpanId === '').map(({ name }) => name),
    );
    for (const name of names) {
      expect(name).toMatch(
        /^(?:(?:GET|POST|PUT) \/(?:v1|api\/v2|in)\/|POST$|write events$|record outcomes$)/,
      );
    }
  });
});

test('JSON, packed, a share of what begins here, and all that is left at the stop', async () => {
  const collector = await startTraceCollector();
  const stage = await openStage();
  const config = exportTo(collector, { sampler: 'traceidratio', ratio: 0, delayMs: 600_000 });
  const node = await stage.node({
    traces: { ...config, otlp: { ...config.otlp, format: 'json', gzip: true } },
  });
  await node.call('GET', '/v1/webhooks');
  const from = publisher();
  await node.call('GET', '/v1/tokens', undefined, { traceparent: from.traceparent });
  await stage.close();
  expect(collector.spans.map(({ kind, name }) => kind === SERVER && name)).toContain(
    'GET /v1/tokens',
  );
  expect(new Set(collector.spans.map(({ traceId }) => traceId))).toEqual(new Set([from.traceId]));
  expect(collector.requests[0]?.headers).toMatchObject({
    'content-type': 'application/json',
    'content-encoding': 'gzip',
  });
  await collector.close();
});

describe('without traces', () => {
  let stage: Stage;
  let node: TestNode;

  beforeAll(async () => {
    stage = await openStage();
    node = await stage.node();
  });
  afterAll(() => stage.close());

  test('a place is stored only if it is given, and valid', async () => {
    const { type } = await stage.scene();
    const { traceparent } = publisher();
    const given = [{}, { traceparent }, { traceparent: 'x' }, { traceparent, tracestate: 'a=1' }];
    for (const headers of given) await node.call('POST', '/v1/events', { type }, headers);
    await node.call('POST', '/v1/events/batch', [{ type }], { traceparent });
    expect(await contextOf(stage, type)).toEqual([
      null,
      traceparent,
      null,
      `${traceparent} a=1`,
      traceparent,
    ]);
  });

  test('pass sends it unchanged, at once, again and with a long body', async () => {
    const { receiver, type, webhookId } = await stage.scene({
      propagate_trace: 'pass',
      schedule_seconds: [60],
    });
    receiver.behave(answering(500));
    const { traceparent } = publisher();
    const headers = { traceparent, tracestate: 'a=1' };
    const long = { detail: { text: 'x'.repeat(20_000) } };
    const { body } = await node.call('POST', '/v1/events', { type }, headers);
    const [{ id }] = body.invocations;
    await node.call('POST', '/v1/events', { type, ...long }, headers);
    await stage.until(webhookId, { 'server error': 2 });
    receiver.behave(answering(200));
    await makeDue(stage.databaseUrl);
    await stage.until(webhookId, { success: 2 });
    expect(receiver.requests).toHaveLength(4);
    for (const request of receiver.requests) expect(request.headers).toMatchObject(headers);
    // It is on the record.
    const list = await node.call('GET', `/v1/invocations/${id}/attempts`);
    expect(JSON.stringify(list.body)).toContain(traceparent);
    await node.call('POST', '/v1/events', { type });
    await stage.until(webhookId, { success: 3 });
    expect(receiver.requests[4]?.headers).not.toHaveProperty('traceparent');
  });

  test.each(['off', 'link'])('%s sends nothing', async (propagateTrace) => {
    const { receiver, type, webhookId } = await stage.scene({ propagate_trace: propagateTrace });
    await node.call('POST', '/v1/events', { type }, { traceparent: publisher().traceparent });
    await stage.until(webhookId, { success: 1 });
    expect(receiver.requests[0]?.headers).not.toHaveProperty('traceparent');
  });

  test('a webhook’s own header leaves no place for another', async () => {
    const { receiver, type, webhookId } = await stage.scene({ propagate_trace: 'pass' });
    const changed = await node.call('PATCH', `/api/v2/webhooks/${webhookId}`, {
      webhook: { custom_headers: { TraceParent: 'mine' } },
    });
    expect(changed.status).toBe(204);
    const { traceparent } = publisher();
    await node.call('POST', '/v1/events', { type }, { traceparent, tracestate: 'a=1' });
    await stage.until(webhookId, { success: 1 });
    expect(receiver.requests[0]?.headers).toMatchObject({ traceparent: 'mine' });
    expect(receiver.requests[0]?.headers).not.toHaveProperty('tracestate');
  });
});
