import { eventually } from '@hooktrail/harness/eventually';
import { answering, type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { verifySignature } from '@hooktrail/sdk/signature';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { uuidFromId } from '../model/ids.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { type Answer, makeDue, sql, startTestNode, type TestNode } from '../testing/test-node.ts';

let database: TestDatabase;
let node: TestNode;
const receivers: Receiver[] = [];
let types = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  node = await startTestNode(database.url);
});

afterAll(async () => {
  await node.stop();
  for (const receiver of receivers) await receiver.close();
  await database.drop();
});

interface Scene {
  readonly receiver: Receiver;
  readonly webhookId: string;
  /** The only event type of this webhook, and of no other. */
  readonly type: string;
}

async function scene(fields: Record<string, unknown> = {}): Promise<Scene> {
  const receiver = await startReceiver();
  receivers.push(receiver);
  const type = `test.delivery.number_${types++}`;
  const created = await node.call('POST', '/api/v2/webhooks', {
    webhook: {
      name: type,
      endpoint: `${receiver.url}/hook`,
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      subscriptions: [type],
      ...fields,
    },
  });
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  return { receiver, webhookId: created.body.webhook.id, type };
}

async function publish(type: string, detail: object = {}): Promise<string> {
  const answer = await node.call('POST', '/v1/events', { type, detail });
  expect(answer.status).toBe(202);
  return answer.body.invocations[0].id;
}

async function invocationOf(webhookId: string, id: string) {
  const { body } = await node.call('GET', `/api/v2/webhooks/${webhookId}/invocations`);
  return body.invocations.find((invocation: { id: string }) => invocation.id === id);
}

function until(webhookId: string, id: string, status: string, attempts: number) {
  return eventually(`${status} after ${attempts} attempts`, async () => {
    const invocation = await invocationOf(webhookId, id);
    return invocation.status === status && invocation.attempts_count === attempts
      ? invocation
      : undefined;
  });
}

async function attemptsOf(webhookId: string, id: string) {
  const path = `/api/v2/webhooks/${webhookId}/invocations/${id}/attempts`;
  return (await node.call('GET', path)).body.attempts;
}

describe('a delivery', () => {
  test('sends the bytes as posted, signed, with the headers of the contract', async () => {
    const { receiver, webhookId, type } = await scene();
    const { body: secret } = await node.call('GET', `/api/v2/webhooks/${webhookId}/signing_secret`);
    const posted = `{ "type":"${type}", "detail": {"b":1,  "a":12345678901234567890, "e":"\\u00e9é"}}`;
    const answer = await node.call('POST', '/v1/events', posted);
    const invocationId = answer.body.invocations[0].id;
    const invocation = await until(webhookId, invocationId, 'success', 1);

    const [request, ...more] = receiver.requestsOf(invocationId);
    expect(more).toEqual([]);
    expect(request?.body.startsWith(posted.slice(0, -1))).toBe(true);
    expect(JSON.parse(request?.body as string)).toMatchObject({
      account_id: 1,
      id: answer.body.event.id,
      type,
      event: {},
      zendesk_event_version: '2022-11-06',
    });
    expect(request).toMatchObject({
      method: 'POST',
      path: '/hook',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Hooktrail',
        accept: '*/*',
        'x-zendesk-account-id': '1',
        'x-zendesk-webhook-id': webhookId,
        'x-zendesk-webhook-signature-timestamp': expect.stringMatching(
          /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
        ),
      },
    });
    await verifySignature({
      secret: secret.signing_secret.secret,
      headers: request?.headers ?? {},
      body: request?.body ?? '',
    });

    expect(invocation).toEqual({
      id: invocationId,
      webhook_id: webhookId,
      event_type: type,
      status: 'success',
      status_code: 200,
      attempts_count: 1,
      created_at: expect.any(String),
      latest_completed_at: expect.any(String),
    });
    const [attempt] = await attemptsOf(webhookId, invocationId);
    expect(attempt).toMatchObject({
      invocation_id: invocationId,
      status: 'success',
      status_code: 200,
      response_code: 200,
      request: { payload: request?.body },
      response: { payload: 'ok' },
      response_body: 'ok',
    });
  });

  test('records what the time of each attempt was spent on', async () => {
    const { receiver, webhookId, type } = await scene();
    const attemptOf = async (number: number) => {
      const id = await publish(type);
      await until(webhookId, id, 'success', 1);
      expect(receiver.requests).toHaveLength(number);
      const { body } = await node.call('GET', `/v1/invocations/${id}/attempts/1`);
      return body.attempt;
    };
    const sumOf = (phases: Readonly<Record<string, number>>) =>
      Object.values(phases).reduce((sum, ms) => sum + ms, 0);
    const { phases: first, duration_ms: firstMs } = await attemptOf(1);
    expect(Object.keys(first)).toEqual(['connect_ms', 'request_ms', 'first_byte_ms', 'body_ms']);
    expect(sumOf(first)).toBe(firstMs);
    // The connection was kept.
    const { phases: second, duration_ms: secondMs } = await attemptOf(2);
    expect(Object.keys(second)).toEqual(['request_ms', 'first_byte_ms', 'body_ms']);
    expect(sumOf(second)).toBe(secondMs);
  });

  test('of a long body reaches the receiver complete, although it does not wait in memory', async () => {
    const { receiver, webhookId, type } = await scene();
    const text = 'ä'.repeat(200_000);
    const id = await publish(type, { text });
    await until(webhookId, id, 'success', 1);
    expect(JSON.parse(receiver.requestsOf(id)[0]?.body as string).detail).toEqual({ text });
  });

  test('masks credentials on the record and sends them to the receiver', async () => {
    const { receiver, webhookId, type } = await scene({
      authentication: {
        type: 'bearer_token',
        data: { token: 'very-secret' },
        add_position: 'header',
      },
      custom_headers: { 'X-Team': 'blue' },
    });
    const id = await publish(type);
    await until(webhookId, id, 'success', 1);
    expect(receiver.requestsOf(id)[0]?.headers).toMatchObject({
      authorization: 'Bearer very-secret',
      'x-team': 'blue',
    });
    const attempts = await attemptsOf(webhookId, id);
    expect(JSON.stringify(attempts)).not.toContain('very-secret');
    expect(attempts[0].request.headers).toContainEqual({
      key: 'Authorization',
      value: 'Bearer ********',
    });
  });
});

describe('a failure', () => {
  test('is retried on schedule, with the same invocation id, until it succeeds', async () => {
    const { receiver, webhookId, type } = await scene();
    receiver.behave(answering(500));
    const before = Date.now();
    const id = await publish(type);
    const failed = await until(webhookId, id, 'server error', 1);
    const waitMs = Date.parse(failed.next_attempt_at) - before;
    expect(waitMs).toBeGreaterThanOrEqual(4_000);
    expect(waitMs).toBeLessThan(60_000);

    receiver.behave((_request, response) => response.end('well'));
    await makeDue(database.url);
    const well = await until(webhookId, id, 'success', 2);
    expect(well.next_attempt_at).toBeUndefined();
    expect(receiver.requestsOf(id)).toHaveLength(2);
    const attempts = await attemptsOf(webhookId, id);
    expect(attempts.map((attempt: { status: string }) => attempt.status)).toEqual([
      'success',
      'server error',
    ]);
  });

  test('is final when retries are exhausted, and says so', async () => {
    const { receiver, webhookId, type } = await scene();
    receiver.behave(answering(503));
    const id = await publish(type);
    for (let attempt = 1; attempt <= 10; attempt++) {
      await until(webhookId, id, 'server error', attempt);
      if (attempt < 10) await makeDue(database.url);
    }
    expect((await invocationOf(webhookId, id)).next_attempt_at).toBeUndefined();
    const [row] = await sql(database.url, 'select reason, due_at from invocation where id = $1', [
      uuidFromId(id),
    ]);
    expect(row).toEqual({ reason: 'retries exhausted after 10 attempts', due_at: null });
    expect(receiver.requestsOf(id)).toHaveLength(10);
  });

  test.each([
    [403, 'client error'],
    [302, 'failed'],
    [500, 'server error'],
  ])('with %i is "%s"', async (code, status) => {
    const { receiver, webhookId, type } = await scene();
    receiver.behave(answering(code, { location: `${receiver.url}/elsewhere` }));
    const id = await publish(type);
    const invocation = await until(webhookId, id, status, 1);
    expect(invocation.status_code).toBe(code);
    expect(receiver.requests.map((request) => request.path)).toEqual(['/hook']);
  });

  test('410 switches the webhook to inactive, is final and is not retried', async () => {
    const { receiver, webhookId, type } = await scene();
    receiver.behave(answering(410));
    const id = await publish(type);
    const gone = await until(webhookId, id, 'client error', 1);
    expect(gone.next_attempt_at).toBeUndefined();
    await eventually('the webhook to be inactive', async () => {
      const { body } = await node.call('GET', `/api/v2/webhooks/${webhookId}`);
      return body.webhook.status === 'inactive';
    });
    const again = await node.call('POST', '/v1/events', { type });
    expect(again.body).toMatchObject({
      invocations: [],
      skipped: [{ webhook_id: webhookId, reason: 'inactive' }],
    });
    const { body } = await node.call('GET', '/v1/audit?filter[operation]=deactivateWebhook');
    expect(body.audit).toEqual([
      {
        id: expect.any(String),
        created_at: expect.any(String),
        operation: 'deactivateWebhook',
        by: 'hooktrail',
        target: { type: 'webhook', id: webhookId },
        changes: [{ field: 'status', from: 'active', to: 'inactive' }],
      },
    ]);
  });

  test('a Retry-After longer than the schedule is honoured', async () => {
    const { receiver, webhookId, type } = await scene();
    receiver.behave(answering(429, { 'retry-after': '600' }));
    const before = Date.now();
    const id = await publish(type);
    const invocation = await until(webhookId, id, 'client error', 1);
    const waitMs = Date.parse(invocation.next_attempt_at) - before;
    expect(waitMs).toBeGreaterThanOrEqual(599_000);
    expect(waitMs).toBeLessThan(700_000);
  });
});

describe('an invocation whose request cannot be composed', () => {
  test('is recorded and exhausts its retries like any other', async () => {
    const { webhookId, type } = await scene();
    // The API refuses it, but a stored webhook may be older than the rule.
    await sql(database.url, `update webhook set endpoint = 'nowhere' where id = $1`, [
      uuidFromId(webhookId),
    ]);
    await sql(database.url, 'select pg_notify($1, $2)', ['hooktrail_webhook', webhookId]);
    await eventually('the node to know', async () => {
      const { body } = await node.call('GET', `/api/v2/webhooks/${webhookId}`);
      return body.webhook.endpoint === 'nowhere';
    });
    const id = await publish(type);
    const invocation = await until(webhookId, id, 'failed', 1);
    expect(invocation.next_attempt_at).toEqual(expect.any(String));
    const [attempt] = await attemptsOf(webhookId, id);
    expect(attempt.error_message).toBe('failed: could not compose the request: Invalid URL');
  });
});

describe('a webhook that changes while invocations wait', () => {
  async function waiting(): Promise<Scene & { id: string }> {
    const made = await scene();
    made.receiver.behave(answering(500));
    const id = await publish(made.type);
    await until(made.webhookId, id, 'server error', 1);
    made.receiver.behave(answering(200));
    return { ...made, id };
  }

  test('to inactive: they wait; to active again: they are sent', async () => {
    const { webhookId, receiver, id } = await waiting();
    await node.call('PATCH', `/api/v2/webhooks/${webhookId}`, { webhook: { status: 'inactive' } });
    await makeDue(database.url);
    // Another webhook's delivery after the change shows that the claimer has run since.
    const other = await scene();
    await until(other.webhookId, await publish(other.type), 'success', 1);
    expect(receiver.requestsOf(id)).toHaveLength(1);

    await node.call('PATCH', `/api/v2/webhooks/${webhookId}`, { webhook: { status: 'active' } });
    await until(webhookId, id, 'success', 2);
  });

  test('to deleted: they end in a final state with a reason', async () => {
    const { webhookId, receiver, id } = await waiting();
    await node.call('DELETE', `/api/v2/webhooks/${webhookId}`);
    const row = await eventually('the end of the invocation', async () => {
      const [found] = await sql<{ due_at: Date | null }>(
        database.url,
        'select status, reason, due_at from invocation where id = $1',
        [uuidFromId(id)],
      );
      return found?.due_at === null ? found : undefined;
    });
    expect(row).toMatchObject({ status: 'failed', reason: 'the webhook was deleted' });
    expect(receiver.requestsOf(id)).toHaveLength(1);
  });

  test('to another endpoint and secret: the retry uses them', async () => {
    const { webhookId, id } = await waiting();
    const elsewhere = await startReceiver();
    receivers.push(elsewhere);
    const endpoint = `${elsewhere.url}/new`;
    await node.call('PATCH', `/api/v2/webhooks/${webhookId}`, { webhook: { endpoint } });
    const { body } = await node.call('POST', `/api/v2/webhooks/${webhookId}/signing_secret`);
    await makeDue(database.url);
    await until(webhookId, id, 'success', 2);
    const [request] = elsewhere.requestsOf(id);
    await verifySignature({
      secret: body.signing_secret.secret,
      headers: request?.headers ?? {},
      body: request?.body ?? '',
    });
  });
});

describe('the answer to a publisher', () => {
  test('an event that matches no webhook is kept', async () => {
    const { body } = await node.call('POST', '/v1/events', { type: 'nobody.wants.this' });
    expect(body).toMatchObject({ invocations: [], skipped: [] });
    const rows = await sql(database.url, `select body from event where type = 'nobody.wants.this'`);
    expect(JSON.parse(rows[0]?.['body']).id).toBe(body.event.id);
  });

  test('the same key, later or concurrently, gets the first answer and one delivery', async () => {
    const { receiver, webhookId, type } = await scene();
    const send = (): Promise<Answer> =>
      node.call('POST', '/v1/events', { type, detail: { n: 1 } }, { 'idempotency-key': 'once' });
    const answers = await Promise.all(Array.from({ length: 20 }, send));
    const id = answers[0]?.body.invocations[0].id;
    answers.push(await send());
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 202, body: answers[0]?.body });
    await until(webhookId, id, 'success', 1);
    expect(receiver.requests).toHaveLength(1);

    const other = { type, detail: { n: 2 } };
    const conflict = await node.call('POST', '/v1/events', other, { 'idempotency-key': 'once' });
    expect(conflict).toMatchObject({
      status: 409,
      body: { error: { code: 'IdempotencyConflict' } },
    });
  });

  test("the event's id is such a key, and free again after 24 hours", async () => {
    const { webhookId, type } = await scene();
    const event = { type, id: 'order-17' };
    const first = await node.call('POST', '/v1/events', event);
    expect((await node.call('POST', '/v1/events', event)).body).toEqual(first.body);
    await sql(
      database.url,
      `update idempotency_key set created_at = now() - interval '24 hours' where key like '%order-17'`,
    );
    const later = await node.call('POST', '/v1/events', event);
    expect(later.body.invocations[0].id).not.toBe(first.body.invocations[0].id);
    await until(webhookId, later.body.invocations[0].id, 'success', 1);
  });
});

describe('a direct invocation', () => {
  test.each([
    ['POST', 'json', { a: [1, 2] }, '/hook', '{"a":[1,2]}', 'application/json; charset=utf-8'],
    ['PUT', 'xml', '<a>b</a>', '/hook', '<a>b</a>', 'application/xml; charset=utf-8'],
    [
      'GET',
      'json',
      [
        ['q', 'a b'],
        ['q', 'ü'],
      ],
      '/hook?q=a+b&q=%C3%BC',
      '',
      undefined,
    ],
    [
      'PATCH',
      'form_encoded',
      [['x', '1&2']],
      '/hook',
      'x=1%262',
      'application/x-www-form-urlencoded; charset=utf-8',
    ],
  ])('%s %s', async (method, format, payload, path, body, contentType) => {
    const { receiver, webhookId } = await scene({
      subscriptions: ['conditional_ticket_events'],
      http_method: method,
      request_format: format,
    });
    const answer = await node.call('POST', `/v1/webhooks/${webhookId}/invocations`, { payload });
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    const { id } = answer.body.invocation;
    await until(webhookId, id, 'success', 1);
    const { body: secret } = await node.call('GET', `/api/v2/webhooks/${webhookId}/signing_secret`);
    const [request] = receiver.requestsOf(id);
    expect(request).toMatchObject({ method, path, body });
    expect(request?.headers['content-type']).toBe(contentType);
    await verifySignature({
      secret: secret.signing_secret.secret,
      headers: request?.headers ?? {},
      body,
    });
  });
});
