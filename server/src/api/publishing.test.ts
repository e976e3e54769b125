import { eventually } from '@hooktrail/harness/eventually';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { sql, startTestNode, type TestNode } from '../testing/test-node.ts';

let database: TestDatabase;
let node: TestNode;
let receiver: Receiver;
let webhookId: string;

async function createWebhook(fields: Record<string, unknown>): Promise<string> {
  const { status, body } = await node.call('POST', '/api/v2/webhooks', {
    webhook: {
      name: 'a webhook',
      endpoint: receiver.url,
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      ...fields,
    },
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.webhook.id;
}

function received(invocationId: string) {
  return eventually('the delivery', () => receiver.requestsOf(invocationId)[0]);
}

async function stored(id: string): Promise<string[]> {
  const rows = await sql<{ body: string }>(
    database.url,
    'select body from event where position($1 in body) > 0',
    [`"id":"${id}"`],
  );
  return rows.map((row) => row.body);
}

beforeAll(async () => {
  database = await createTestDatabase();
  node = await startTestNode(database.url);
  receiver = await startReceiver();
  webhookId = await createWebhook({ subscriptions: ['order.*'] });
});

afterAll(async () => {
  await node.stop();
  await receiver.close();
  await database.drop();
});

describe('publishing, end to end', () => {
  it('delivers the bytes that were posted', async () => {
    const text =
      ' {"detail" : {"n":12345678901234567890, "s":"\\u00e9\\/\\u0000 é😀", "z":1,"a":1.10 },\n' +
      '"type":"order.paid" } ';
    const { status, body } = await node.call('POST', '/v1/events', text);
    expect(status).toBe(202);
    expect(body).toEqual({
      event: { id: expect.any(String) },
      invocations: [{ id: expect.any(String), webhook_id: webhookId }],
      skipped: [],
    });
    const request = await received(body.invocations[0].id);
    expect(request.body.startsWith(text.slice(0, text.lastIndexOf('}')))).toBe(true);
    expect(JSON.parse(request.body)).toMatchObject({
      account_id: 1,
      event: {},
      id: body.event.id,
      subject: `hooktrail:event:${body.event.id}`,
      zendesk_event_version: '2022-11-06',
    });
  });

  it('stores an event without subscribers', async () => {
    const { status, body } = await node.call('POST', '/v1/events', {
      type: 'nobody.listens',
      id: 'unheard',
    });
    expect(status).toBe(202);
    expect(body).toEqual({ event: { id: 'unheard' }, invocations: [], skipped: [] });
    expect(await stored('unheard')).toHaveLength(1);
  });

  it('reports skipped webhooks', async () => {
    const inactive = await createWebhook({ subscriptions: ['skipped.*'], status: 'inactive' });
    const { body } = await node.call('POST', '/v1/events', { type: 'skipped.event' });
    expect(body.invocations).toEqual([]);
    expect(body.skipped).toEqual([{ webhook_id: inactive, reason: 'inactive' }]);
  });

  it('publishes the same id once, even concurrently', async () => {
    const event = { type: 'order.paid', id: 'order-1' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => node.call('POST', '/v1/events', event)),
    );
    answers.push(await node.call('POST', '/v1/events', event));
    for (const answer of answers) {
      expect(answer.status).toBe(202);
      expect(answer.body).toEqual(answers[0]?.body);
    }
    const invocationId = answers[0]?.body.invocations[0].id;
    await received(invocationId);
    expect(receiver.requestsOf(invocationId)).toHaveLength(1);
    expect(await stored('order-1')).toHaveLength(1);

    const other = await node.call('POST', '/v1/events', { ...event, detail: { changed: true } });
    expect(other.status).toBe(409);
    expect(other.body.error.code).toBe('IdempotencyConflict');
    expect(other.body.errors).toMatchObject([{ field: 'id', code: 'conflict' }]);
    expect(await stored('order-1')).toHaveLength(1);
  });

  it('publishes the same Idempotency-Key once', async () => {
    const publish = (body: object) =>
      node.call('POST', '/v1/events', body, { 'idempotency-key': 'order-1' });
    const [first, second] = await Promise.all([
      publish({ type: 'order.paid' }),
      publish({ type: 'order.paid' }),
    ]);
    // The key does not collide with the event whose id is order-1.
    expect(first.status).toBe(202);
    expect(second).toMatchObject({ status: 202, body: first.body });
    const third = await publish({ type: 'order.refunded' });
    expect(third.status).toBe(409);
    expect(third.body.errors).toMatchObject([{ field: 'Idempotency-Key', code: 'conflict' }]);
  });

  it('accepts a batch of 1000 with invalid lines, and its repetition', async () => {
    const lines = Array.from({ length: 1_000 }, (_, index) =>
      index % 100 === 7 ? '{"type":' : `{"type":"batch.event","id":"batch-${index}"}`,
    );
    const headers = { 'content-type': 'application/x-ndjson' };
    const publish = () => node.call('POST', '/v1/events/batch', lines.join('\n'), headers);
    const first = await publish();
    expect(first.status).toBe(200);
    expect(first.body.results).toHaveLength(1_000);
    for (const [index, result] of first.body.results.entries()) {
      if (index % 100 === 7) expect(result.status).toBe(400);
      else expect(result).toMatchObject({ status: 202, event: { id: `batch-${index}` } });
    }
    expect((await publish()).body).toEqual(first.body);
    const [count] = await sql<{ count: number }>(
      database.url,
      `select count(*)::int as count from event where type = 'batch.event'`,
    );
    expect(count?.count).toBe(990);
  });

  it('answers two events with the same id in one batch alike, or with a conflict', async () => {
    const { body } = await node.call(
      'POST',
      '/v1/events/batch',
      '[{"type":"order.paid","id":"twin"},{"type":"order.paid","id":"twin"},{"type":"order.lost","id":"twin"}]',
    );
    const [first, second, third] = body.results;
    expect(first.status).toBe(202);
    expect(second).toEqual(first);
    expect(third).toMatchObject({ status: 409, errors: [{ field: 'id' }] });
    expect(await stored('twin')).toHaveLength(1);
  });

  it.each([
    [
      'POST',
      'json',
      '{"payload": {"b":1.10,"a":12345678901234567890} }',
      '{"b":1.10,"a":12345678901234567890}',
    ],
    ['PUT', 'json', '{"payload":"{\\"a\\": 1}"}', '{"a": 1}'],
    ['PATCH', 'xml', '{"payload":"<a>é</a>"}', '<a>é</a>'],
    ['POST', 'form_encoded', '{"payload":[["a","x y"],["b","é"]]}', 'a=x+y&b=%C3%A9'],
  ])('invokes a webhook directly: %s with %s', async (http_method, request_format, text, sent) => {
    const id = await createWebhook({
      http_method,
      request_format,
      subscriptions: ['conditional_ticket_events'],
    });
    const { status, body } = await node.call('POST', `/v1/webhooks/${id}/invocations`, text);
    expect(status).toBe(202);
    expect(body).toEqual({ invocation: { id: expect.any(String), webhook_id: id } });
    expect(await received(body.invocation.id)).toMatchObject({ method: http_method, body: sent });
  });

  it.each(['GET', 'DELETE'])('invokes a webhook directly: %s', async (http_method) => {
    const id = await createWebhook({
      endpoint: `${receiver.url}/path?x=1`,
      http_method,
      subscriptions: ['conditional_ticket_events'],
    });
    const { body } = await node.call('POST', `/v1/webhooks/${id}/invocations`, {
      payload: [['a', 'x y']],
    });
    expect(await received(body.invocation.id)).toMatchObject({
      method: http_method,
      path: '/path?x=1&a=x+y',
      body: '',
    });
  });

  it('does not invoke an inactive or deleted webhook', async () => {
    const id = await createWebhook({ subscriptions: ['conditional_ticket_events'] });
    const invoke = () => node.call('POST', `/v1/webhooks/${id}/invocations`, { payload: {} });
    await node.call('PATCH', `/api/v2/webhooks/${id}`, { webhook: { status: 'inactive' } });
    expect((await invoke()).status).toBe(409);
    await node.call('DELETE', `/api/v2/webhooks/${id}`);
    expect((await invoke()).status).toBe(404);
  });
});
