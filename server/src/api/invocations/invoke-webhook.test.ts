import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Webhook } from '../../model/webhook.ts';
import { type PublishingApp, publishingApp } from '../../testing/publishing-app.ts';
import { testWebhook } from '../../testing/test-webhook.ts';

const MIB = 1024 * 1024;

const webhook = (id: string, changes: Partial<Webhook> = {}): Webhook =>
  testWebhook({
    ...{ id, accountId: 7, name: id, subscriptions: ['conditional_ticket_events'] },
    ...{ endpoint: 'https://receiver.example/', createdAt: new Date(0) },
    ...changes,
  });

let api: PublishingApp;
beforeEach(async () => {
  api = await publishingApp([
    webhook('direct'),
    webhook('xml', { requestFormat: 'xml' }),
    webhook('form', { requestFormat: 'form_encoded' }),
    webhook('get', { httpMethod: 'GET' }),
    webhook('inactive', { status: 'inactive' }),
    webhook('events', { subscriptions: ['order.paid'] }),
    webhook('everything', { subscriptions: ['*'] }),
    webhook('foreign', { accountId: 8 }),
  ]);
});
afterEach(async () => {
  await api.app.close();
});

async function post(id: string, body: string | Buffer, headers: Record<string, string> = {}) {
  const response = await api.app.inject({
    method: 'POST',
    url: `/v1/webhooks/${id}/invocations`,
    headers: { authorization: 'Bearer publish', 'content-type': 'application/json', ...headers },
    payload: body,
  });
  return { status: response.statusCode, body: response.json() };
}

async function refusal(id: string, body: string | Buffer, headers?: Record<string, string>) {
  const answer = await post(id, body, headers);
  expect(api.invoked).toEqual([]);
  return [
    answer.status,
    answer.body.error.code,
    ...answer.body.errors
      .filter((e: { code: string }) => e.code !== answer.body.error.code)
      .flatMap((e: { field: string; code: string }) => [e.field, e.code]),
  ];
}

const ANY = '{"payload":{}}';

describe('POST /v1/webhooks/{id}/invocations', () => {
  it('refuses a query that servers would refuse, and sends as much in a body', async () => {
    const pairs = (length: number, character = 'x') =>
      JSON.stringify({ payload: [['a', character.repeat(length)]] });
    const refused = [422, 'InvalidBody', 'payload', 'too_long'];
    expect(await refusal('get', pairs(120_000))).toEqual(refused);
    expect(await refusal('get', pairs(8_000 - '/?a='.length + 1))).toEqual(refused);
    expect(await refusal('get', pairs(1_400, 'ü'))).toEqual(refused);
    expect((await post('get', pairs(8_000 - '/?a='.length))).status).toBe(202);
    expect((await post('form', pairs(120_000))).status).toBe(202);
  });

  it.each([
    ['direct', '{"payload": {"b":1.10, "a":[]} }', '{"b":1.10, "a":[]}'],
    ['direct', '{"payload":"{\\"a\\": 1}"}', '{"a": 1}'],
    ['xml', '{"payload":"<a/>"}', '<a/>'],
    ['form', '{"payload":[["a","1"],["b","x y"]]}', 'a=1&b=x+y'],
    ['get', '{"payload":[["a","1"]]}', 'a=1'],
  ])('%s: sends the payload %s', async (id, body, sent) => {
    expect(await post(id, body)).toEqual({
      status: 202,
      body: { invocation: { id: '01HQ3V8Z6J5X2K9W7T4R1P0N8M', webhook_id: id } },
    });
    expect(api.invoked.map((call) => [call.webhook.id, call.body])).toEqual([[id, sent]]);
  });

  it('404 for an unknown webhook and for one of another account', async () => {
    for (const id of ['none', '__proto__', '%00', 'foreign', '01HQ3V8Z6J5X2K9W7T4R1P0N8M']) {
      expect(await refusal(id, ANY)).toEqual([404, 'RecordNotFound']);
    }
    expect(await refusal('direct', ANY, { authorization: 'Bearer other' })).toEqual([
      404,
      'RecordNotFound',
    ]);
  });

  it('409 for an inactive webhook', async () => {
    const { status, body } = await post('inactive', ANY);
    expect(status).toBe(409);
    expect(body.error).toMatchObject({ code: 'WebhookInactive', title: 'Conflict' });
    expect(body.error.message).toContain('inactive');
    expect(api.invoked).toEqual([]);
  });

  it('422 for a webhook with event subscriptions', async () => {
    for (const id of ['events', 'everything']) {
      expect(await refusal(id, ANY)).toEqual([422, 'InvalidBody', 'payload', 'not_allowed']);
    }
  });

  it.each([
    ['direct', '{}', 'payload', 'required'],
    ['direct', '[]', 'body', 'wrong_type'],
    ['direct', '{"payload":1,"url":"x"}', 'url', 'unknown_field'],
    ['direct', '{"payload":1,"__proto__":1}', '__proto__', 'unknown_field'],
    ['direct', '{"payload":"not json"}', 'payload', 'invalid_format'],
    ['xml', '{"payload":{}}', 'payload', 'wrong_type'],
    ['xml', '{"payload":"\\u0000"}', 'payload', 'invalid_characters'],
    ['form', '{"payload":{"a":"1"}}', 'payload', 'wrong_type'],
    ['get', '{"payload":[["a",1]]}', 'payload[0]', 'wrong_type'],
  ])('422 for %s with %s', async (id, body, field, code) => {
    expect(await refusal(id, body)).toEqual([422, 'InvalidBody', field, code]);
  });

  it.each([
    ['{"payload":', 'malformed'],
    ['', 'required'],
    [`\ufeff${ANY}`, 'malformed'],
    ['{"payload":"\u0000"}', 'malformed'],
    [Buffer.from('{"payload":"\xff"}', 'latin1'), 'malformed'],
    [`{"payload":${'['.repeat(500_000)}${']'.repeat(500_000)}}`, 'too_deep'],
  ])('400 for the body %.20j', async (body, code) => {
    expect(await refusal('direct', body)).toEqual([400, 'MalformedBody', 'body', code]);
  });

  it('400 for an Idempotency-Key, which has no effect here', async () => {
    expect(await refusal('direct', ANY, { 'idempotency-key': 'k' })).toEqual([
      400,
      'InvalidParameter',
      'Idempotency-Key',
      'not_allowed',
    ]);
  });

  it('403 for a read-only token', async () => {
    expect(await refusal('direct', ANY, { authorization: 'Bearer read' })).toEqual([
      403,
      'Forbidden',
    ]);
  });

  it('413 for a body of more than 1 MiB', async () => {
    expect(await refusal('direct', ANY.padEnd(MIB + 1))).toEqual([413, 'BodyTooLarge']);
  });

  it('415 for another content type', async () => {
    expect(await refusal('direct', ANY, { 'content-type': 'application/xml' })).toEqual([
      415,
      'UnsupportedMediaType',
    ]);
  });
});
