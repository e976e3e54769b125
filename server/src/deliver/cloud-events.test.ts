import { eventually } from '@hooktrail/harness/eventually';
import { answering, type ReceivedRequest } from '@hooktrail/harness/receiver';
import { verifyStandardWebhook } from '@hooktrail/sdk/standard-webhooks';
import { type CloudEvent, HTTP } from 'cloudevents';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStage, type Scene, type Stage } from '../testing/stage.ts';
import { makeDue, type TestNode } from '../testing/test-node.ts';

/*
 * Receivers read what arrives with the SDK of the CloudEvents project, which knows the specification and
 * nothing of us.
 */

let stage: Stage;
let node: TestNode;
beforeAll(async () => {
  stage = await openStage();
  node = await stage.node();
});
afterAll(() => stage.close());

const RULES = { standard_webhooks: true, signatures: ['v1', 'v1a'] };

const parse = ({ body, headers }: ReceivedRequest) => {
  const event = HTTP.toEvent({ headers: headers as Record<string, string>, body }) as CloudEvent;
  event.validate();
  return event;
};

async function send({ receiver, type }: Scene, event: object) {
  const { body } = await node.call('POST', '/v1/events', { type, ...event });
  const id = body.invocations[0].id as string;
  const request = await eventually('the request', () => receiver.requestsOf(id)[0]);
  return { id, request, eventId: body.event.id as string };
}

const attemptOf = ({ webhookId }: Scene, id: string, count = 1) =>
  eventually('the attempt', async () => {
    const path = `/v1/webhooks/${webhookId}/invocations/${id}/attempts`;
    const { attempts } = (await node.call('GET', path)).body;
    return attempts.length >= count ? attempts[0] : undefined;
  });

describe.each(['binary', 'structured'] as const)('in %s mode', (mode) => {
  const SUBJECT = 'Euro € 😀 "a%b"';
  const DETAIL = { total: 49.9, who: 'Zoë "Z" 😀' };

  test('an event arrives as what it was published', async () => {
    const scene = await stage.scene({ ...RULES, cloudevents: { mode, source: '/shop?a=%20b' } });
    const { request } = await send(scene, {
      id: `order-1%-${mode}`,
      subject: SUBJECT,
      time: '2026-01-31T12:00:00.123456789Z',
      detail: DETAIL,
    });
    const event = parse(request);
    // This SDK leaves the percent-encoding of headers as it is, against 3.1.3.2 of the HTTP binding.
    expect(event).toMatchObject({
      specversion: '1.0',
      id: mode === 'binary' ? encodeURIComponent(`order-1%-${mode}`) : `order-1%-${mode}`,
      source: mode === 'binary' ? '/shop?a=%2520b' : '/shop?a=%20b',
      type: scene.type,
      subject: mode === 'binary' ? encodeURIComponent(SUBJECT) : SUBJECT,
      data: { id: `order-1%-${mode}`, type: scene.type, detail: DETAIL },
    });
    expect(request.headers['ce-subject']).toBe('Euro%20%E2%82%AC%20%F0%9F%98%80%20%22a%25b%22');
    expect(request.headers['ce-time']).toBe('2026-01-31T12:00:00.123456789Z');
    expect(Object.keys(request.headers)).not.toContain('ce-datacontenttype');
    expect(request.headers['content-type']).toBe(
      mode === 'binary'
        ? 'application/json; charset=utf-8'
        : 'application/cloudevents+json; charset=utf-8',
    );
    expect(event.datacontenttype?.split(';')[0]).toBe('application/json');
  });

  test('every attempt is signed over what is sent, and its record shows that', async () => {
    const scene = await stage.scene({ ...RULES, cloudevents: { mode } });
    const path = `/v1/webhooks/${scene.webhookId}/public_key`;
    const key = (await node.call('GET', path)).body.public_key;
    scene.receiver.behave(answering(500));
    const { eventId, id, request } = await send(scene, { detail: { exact: 1 } });
    await attemptOf(scene, id);
    scene.receiver.behave(answering(200));
    await makeDue(stage.databaseUrl);
    const again = await eventually('a retry', () => scene.receiver.requestsOf(id)[1]);
    const shown = await attemptOf(scene, id, 2);
    expect(again.body).toBe(request.body);
    for (const one of [request, again]) {
      await verifyStandardWebhook({ ...one, key });
      const event = parse(one);
      expect(event.source).toBe('/hooktrail/accounts/1');
      expect(event.id).toBe(eventId);
      expect(event.subject).toBe(`hooktrail:event:${eventId}`);
      expect(one.headers['ce-id']).toBe(eventId);
    }
    expect(shown.request.payload).toBe(again.body);
    expect(shown.request.payload_length).toBe(Buffer.byteLength(again.body));
    const sent = Object.fromEntries(
      shown.request.headers.map(({ key, value }: Record<string, string>) => [
        key?.toLowerCase(),
        value,
      ]),
    );
    expect(sent).toMatchObject({
      'ce-id': eventId,
      'content-type': again.headers['content-type'],
      'webhook-signature': again.headers['webhook-signature'],
    });
  });

  test('the payload stays as it was posted, byte for byte', async () => {
    const scene = await stage.scene({ cloudevents: { mode } });
    const text = `{ "type":"${scene.type}",  "id":"bytes-${mode}", "detail":{"n":12345678901234567890,"e":"\\u00e9","d":1.0} }`;
    expect((await node.call('POST', '/v1/events', text)).status).toBe(202);
    const request = await eventually('the request', () => scene.receiver.requests[0]);
    expect(request.body).toContain(text.slice(0, -2));
    parse(request);
  });

  test('a test request is a CloudEvent too, and so is what was published without a subject', async () => {
    const scene = await stage.scene({ cloudevents: { mode } });
    const path = `/api/v2/webhooks/test?webhook_id=${scene.webhookId}`;
    for (const request of [
      { payload: { a: 1 } },
      { payload: { id: 'i', type: 't.u', time: 'x' } },
    ]) {
      const { body } = await node.call('POST', path, { request });
      expect(body.test.status).toBe('success');
    }
    const [plain, event] = scene.receiver.requests.map(parse);
    expect(plain).toMatchObject({ type: 'hooktrail.test', data: { a: 1 } });
    expect(event).toMatchObject({ type: 't.u', id: 'i', time: expect.any(String) });
  });
});

test('a direct invocation has the attributes of its own event, whatever its payload has', async () => {
  const { receiver } = await stage.scene();
  const { body } = await node.call('POST', '/api/v2/webhooks', {
    webhook: {
      name: 'direct',
      endpoint: receiver.url,
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      subscriptions: ['conditional_ticket_events'],
    },
  });
  const { id } = body.webhook;
  await node.call('PUT', `/v1/webhooks/${id}/delivery`, {
    delivery: { cloudevents: { mode: 'structured' } },
  });
  const payload = { id: 'forged', type: 'forged.type', time: '2020-01-01T00:00:00Z' };
  await node.call('POST', `/v1/webhooks/${id}/invocations`, { payload });
  const request = await eventually('the request', () => receiver.requests[0]);
  const event = parse(request);
  expect(event).toMatchObject({ type: 'conditional_ticket_events', data: payload });
  expect(event.id).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
  expect(Date.now() - Date.parse(event.time as string)).toBeLessThan(600_000);
  expect(event.subject).toBeUndefined();
});
