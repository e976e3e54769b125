import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { callApi } from '@hooktrail/harness/call-api';
import { eventually } from '@hooktrail/harness/eventually';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { verifySignature } from '@hooktrail/sdk/signature';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { subscribe } from '../../testing/subscribe.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { sql, startTestNode, type TestNode, TOKEN } from '../../testing/test-node.ts';

/** What senders send to the address of an inbox, with a real node behind it. */

const SECRET = 'the-secret-of-zendesk';

let database: TestDatabase;
let node: TestNode;
let receiver: Receiver;
let address: string;
beforeAll(async () => {
  database = await createTestDatabase();
  node = await startTestNode(database.url, { tokenRateLimit: 200, accountRateLimit: 100_000 });
  receiver = await startReceiver();
  for (const type of ['zen:event-type:*', 'inbox.*', 'shop.*']) {
    await subscribe(node.url, type, receiver.url);
  }
  address = await makeInbox({ secrets: [SECRET] });
});
afterAll(async () => {
  await node.stop();
  await receiver.close();
  await database.drop();
});

async function makeInbox(inbox: object): Promise<string> {
  const body = { inbox: { name: `inbox ${Math.random()}`, scheme: 'zendesk', ...inbox } };
  const made = await node.call('POST', '/v1/inboxes', body);
  expect(made.status).toBe(201);
  return made.body.inbox.address;
}

const mac = (text: string) => createHmac('sha256', SECRET).update(text).digest('base64');

interface Sent {
  readonly id?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly resend?: string;
  readonly to?: string;
}

/** Sends as Zendesk does. */
async function send(body: string, { headers = {}, id, resend, to = address }: Sent = {}) {
  const timestamp = new Date().toISOString().replace(/\.\d+/, '');
  const answer = await fetch(to, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'x-zendesk-webhook-signature-timestamp': timestamp,
      'x-zendesk-webhook-signature': mac(timestamp + body),
      ...(id !== undefined && { 'x-zendesk-webhook-invocation-id': id }),
      ...(resend !== undefined && {
        'x-hooktrail-resend': resend,
        'x-hooktrail-resend-signature': mac(`resend.${resend}.${id ?? ''}.${timestamp}.${body}`),
      }),
      ...headers,
    },
    body,
  });
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as any };
}

const arrived = (body: string) => receiver.requests.filter((request) => request.body === body);
const eventsOf = async (type: string) =>
  (await node.call('GET', `/v1/events?filter[type]=${type}`)).body.events;

it('publishes what is signed byte for byte, after the commit, by the type of its body', async () => {
  const body =
    '{ "type": "zen:event-type:ticket.created", "id": "2b24ef10", "n": 12345678901234567890, "x": "\\u00fc" }';
  const answer = await send(body, { id: 'one' });
  expect([answer.status, answer.body]).toEqual([200, { event: { id: '2b24ef10' } }]);
  const { event } = (await node.call('GET', '/v1/events/2b24ef10')).body;
  expect(event).toMatchObject({ type: 'zen:event-type:ticket.created', body });
  await eventually('the delivery', async () => arrived(body)[0]);
});

it('publishes one with a known id once, for 7 days, and a resend of it once more', async () => {
  const body = '{"type": "shop.order.paid", "number": 1}';
  const answers = await Promise.all([1, 2, 3].map(() => send(body, { id: 'order' })));
  const ids = new Set(answers.map(({ body: answer }) => answer.event.id));
  expect([answers.map(({ status }) => status), ids.size]).toEqual([[200, 200, 200], 1]);
  const conflict = await send('{"type": "shop.order.paid", "number": 2}', { id: 'order' });
  expect([conflict.status, conflict.body.error.code]).toEqual([409, 'IdempotencyConflict']);
  expect(conflict.body.error.message).toContain('within the last 7 days');

  // As if 6.9 days had passed.
  const age = (hours: number) =>
    sql(
      database.url,
      `update idempotency_key set created_at = created_at - $1 * interval '1 hour'`,
      [hours],
    );
  await age(166);
  expect((await send(body, { id: 'order' })).body.event.id).toBe([...ids][0]);
  const resent = await send(body, { id: 'order', resend: 'job-1' });
  expect(resent.status).toBe(200);
  expect(ids).not.toContain(resent.body.event.id);
  expect((await send(body, { id: 'order', resend: 'job-1' })).body).toEqual(resent.body);
  expect((await send(body, { id: 'order', resend: 'job-2' })).body).not.toEqual(resent.body);
  const forged = await send(body, { id: 'order', headers: { 'x-hooktrail-resend': 'job-3' } });
  expect(forged.status).toBe(401);
  await age(3);
  expect(ids).not.toContain((await send(body, { id: 'order' })).body.event.id);
  expect(await eventsOf('shop.order.paid')).toHaveLength(4);
});

it('takes ids of another inbox, and requests without an id, for new ones', async () => {
  const body = '{"type": "shop.order.sent"}';
  const other = await makeInbox({ secrets: ['another-secret-of-16', SECRET] });
  await send(body, { id: 'same' });
  await send(body, { id: 'same', to: other });
  await send(body);
  await send(body);
  expect(await eventsOf('shop.order.sent')).toHaveLength(4);
});

it('takes the type of the body, of a header, or its own', async () => {
  const to = await makeInbox({
    scheme: 'none',
    type_header: 'X-Topic',
    default_type: 'shop.other',
  });
  const typeOf = async (body: string, headers: Record<string, string> = {}) => {
    const { body: answer } = await send(body, { to, headers });
    return (await node.call('GET', `/v1/events/${answer.event.id}`)).body.event.type;
  };
  expect(await typeOf('{"type": "shop.a"}', { 'X-Topic': 'shop.b' })).toBe('shop.a');
  expect(await typeOf('{"type": "paid"}', { 'X-Topic': 'shop.b' })).toBe('shop.b');
  expect(await typeOf('[{"type": "shop.a"}]', { 'X-Topic': 'shop' })).toBe('shop.other');
  expect(await typeOf('7')).toBe('shop.other');
});

it('is found by the headers that it came with', async () => {
  await node.call('PUT', '/v1/account/keys', { keys: ['header.x-zendesk-webhook-invocation-id'] });
  const { body } = await send('{"type": "shop.found"}', { id: 'find-me' });
  const q = encodeURIComponent('header.x-zendesk-webhook-invocation-id:find-me');
  const found = await eventually('the event', async () => {
    const answer = await node.call('GET', `/v1/events?q=${q}`);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body.events[0];
  });
  expect(found.id).toBe(body.event.id);
});

it('keeps the headers of its request, bounded and without secrets, and sends none of them on', async () => {
  const filler = Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`X-Filler-${n}`, 'x']));
  const token = address.slice(address.lastIndexOf('/') + 1);
  const body = '{"type": "shop.headers"}';
  const { body: answer } = await send(body, {
    id: 'with-headers',
    headers: {
      'X-Shop': 'Br\u00f6tchen',
      'X-Api-Key': 'sesame',
      Authorization: 'Bearer sesame',
      'X-Original-Uri': `/in/${token}`,
    },
  });
  const path = `/v1/events/${answer.event.id}`;
  const { event } = (await node.call('GET', path)).body;
  const kept = new Map(
    event.headers.map((one: { key: string; value: string }) => [one.key.toLowerCase(), one.value]),
  );
  expect(kept.get('x-zendesk-webhook-invocation-id')).toBe('with-headers');
  expect(kept.get('x-shop')).toBe('Br\u00f6tchen');
  for (const name of [
    'x-api-key',
    'authorization',
    'x-original-uri',
    'x-zendesk-webhook-signature',
  ]) {
    expect([name, kept.get(name)]).toEqual([name, '********']);
  }
  expect(event).not.toHaveProperty('headers_left_out');
  const [row] = await sql<{ text: string }>(
    database.url,
    'select e::text as text from event e where e.body = $1',
    [body],
  );
  expect(row?.text).not.toContain('sesame');
  expect(row?.text).not.toContain(token);
  const sent = await eventually('the delivery', async () => arrived(body)[0]);
  expect(sent.headers).not.toHaveProperty('x-shop');

  const { body: crowded } = await send('{}', { headers: filler });
  const { event: shown } = (await node.call('GET', `/v1/events/${crowded.event.id}`)).body;
  expect(shown.headers).toHaveLength(100);
  expect(shown.headers_left_out).toBeGreaterThan(20);
  const published = await node.call('POST', '/v1/events', { type: 'shop.published' });
  expect(
    (await node.call('GET', `/v1/events/${published.body.event.id}`)).body.event,
  ).not.toHaveProperty('headers');
});

it('has no header that nobody sent, whatever keys and inboxes are called', async () => {
  const names = ['constructor', '__proto__', 'x-there'];
  const keys = names.map((name) => `header.${name}`);
  expect((await node.call('PUT', '/v1/account/keys', { keys })).status).toBe(200);
  for (const name of names) {
    const to = await makeInbox({ scheme: 'none', type_header: name, id_header: name });
    const { status } = await send('{}', { to, headers: { 'x-there': 'shop.there' } });
    expect([name, status]).toEqual([name, 200]);
  }
  const event = { type: 'shop.published' };
  expect((await node.call('POST', '/v1/events', event)).status).toBe(202);
  expect(await eventsOf('shop.there')).toHaveLength(1);
});

it.each<[string, string, Sent, number, string]>([
  [
    'another secret',
    '{}',
    { headers: { 'x-zendesk-webhook-signature': `${'A'.repeat(43)}=` } },
    401,
    'none of the secrets',
  ],
  [
    'an old one',
    '{}',
    { headers: { 'x-zendesk-webhook-signature-timestamp': '2020-01-01T00:00:00Z' } },
    401,
    'none of the secrets',
  ],
  ['an unknown address', '{}', { to: '/in/hi_unknown' }, 404, 'no inbox'],
  ['what is no JSON', '{', {}, 400, 'not valid JSON'],
  ['what is nested too deep', `${'['.repeat(65)}${']'.repeat(65)}`, {}, 400, 'deeper than 64'],
  [
    'another content type',
    '{}',
    { headers: { 'content-type': 'text/plain' } },
    415,
    'application/json',
  ],
  ['nothing', '', {}, 400, 'a body is required'],
  ['more than 1 MiB', JSON.stringify('x'.repeat(1024 * 1024)), {}, 413, 'larger'],
])('refuses %s', async (_what, body, { to, ...sent }, status, message) => {
  const answer = await send(body, { ...sent, ...(to !== undefined && { to: node.url + to }) });
  expect(answer.status).toBe(status);
  expect(answer.body.error.message).toContain(message);
});

it('refuses for a suspended account, and takes again what was sent then', async () => {
  const made = await node.call('POST', '/v1/accounts', { account: { name: 'other' } });
  const { id } = made.body.account;
  const token = await node.call('POST', `/v1/tokens?account_id=${id}`, {
    token: { name: 'first', role: 'admin' },
  });
  const inbox = { name: 'x', scheme: 'zendesk', secrets: [SECRET] };
  const url = `${node.url}/v1/inboxes`;
  const { body } = await callApi({
    url,
    token: token.body.token.secret,
    method: 'POST',
    body: { inbox },
    headers: {},
  });
  const to = (body as { inbox: { address: string } }).inbox.address;
  const suspend = (suspended: boolean) =>
    node.call('PATCH', `/v1/accounts/${id}`, { account: { suspended } });
  await suspend(true);
  expect((await send('{}', { to, id: 'a' })).body.error.code).toBe('AccountSuspended');
  await suspend(false);
  expect((await send('{}', { to, id: 'a' })).status).toBe(200);
});

it('counts only what is verified for its limit', async () => {
  const to = await makeInbox({ secrets: [SECRET] });
  const bad = { 'x-zendesk-webhook-signature': `${'A'.repeat(43)}=` };
  const remaining = async (headers?: Record<string, string>) =>
    (await send('{}', { to, ...(headers && { headers }) })).headers.get('x-rate-limit-remaining');
  for (let n = 0; n < 5; n++) expect(await remaining(bad)).toBeNull();
  expect(await remaining()).toBe('199');
});

it('stands between Zendesk and a slow endpoint as docs/inbox.md says', async () => {
  const page = await readFile(new URL('../../../../docs/inbox.md', import.meta.url), 'utf8');
  const blocks = [...page.matchAll(/```sh\n(.+?)\n```/gs)].map((match) => match[1]);
  const slow = await startReceiver();
  let answer = () => {};
  slow.behave((_request, response) => {
    answer = () => response.writeHead(200).end();
  });
  const { stdout } = await promisify(execFile)('sh', ['-euc', blocks.join('\n')], {
    env: {
      ...process.env,
      HOOKTRAIL: node.url,
      TOKEN,
      ENDPOINT: slow.url,
      ZENDESK_SECRET: SECRET,
    },
  });
  const to = JSON.parse(stdout).inbox.address;
  const body = '{"ticket": {"id": 35436, "status": "open"}}';
  // Zendesk has its answer while the endpoint still works.
  expect((await send(body, { to, id: 'ticket' })).status).toBe(200);
  const request = await eventually('the delivery', async () => slow.requests[0]);
  expect(request.body).toBe(body);
  await verifySignature({ body, headers: request.headers, secret: SECRET });
  answer();
  await eventually('the outcome', async () => {
    const { invocations } = (await node.call('GET', '/v1/invocations?q=type:zendesk.ticket')).body;
    return invocations[0]?.status === 'success' || undefined;
  });
  await slow.close();
});
