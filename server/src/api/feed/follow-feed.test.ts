import { createHmac } from 'node:crypto';
import { eventually } from '@hooktrail/harness/eventually';
import { answering, type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { Hooktrail } from '@hooktrail/sdk/hooktrail';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { laneOfKey } from '../../accept/lane-of-key.ts';
import { createFeedSeal } from '../../feed/feed-seal.ts';
import { HOUR_MS } from '../../model/time-units.ts';
import { type FeedMessage, follow } from '../../testing/follow.ts';
import { subscribe } from '../../testing/subscribe.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { makeDue, sql, startTestNode, type TestNode, TOKEN } from '../../testing/test-node.ts';

let database: TestDatabase;
let node: TestNode;
let other: TestNode;
let receiver: Receiver;

beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await startReceiver();
  node = await startTestNode(database.url);
  other = await startTestNode(database.url);
}, 120_000);
afterAll(async () => {
  await node?.stop();
  await other?.stop();
  await receiver?.close();
  await database?.drop();
});
afterEach(() => receiver.behave(answering(200)));

let types = 0;
/** A type of events that no other test uses. */
const newType = () => `feed.t${types++}`;

async function read(query = '', options: Parameters<typeof follow>[2] = {}, from = node) {
  const stream = await follow(from.url, query, options);
  onTestFinished(() => stream.close());
  return stream;
}

const q = (text: string) => `q=${encodeURIComponent(text)}`;

async function publish(type: string, more: object = {}, at = node) {
  const { body, status } = await at.call('POST', '/v1/events', { type, ...more });
  expect(status, JSON.stringify(body)).toBe(202);
  return body;
}

const kinds = (messages: readonly FeedMessage[]) => messages.map(({ event }) => event);

async function refusal(query: string, headers: object = {}) {
  const answer = await node.call('GET', `/v1/feed?${query}`, undefined, headers);
  return { status: answer.status, error: answer.body.errors?.[0] };
}

describe('GET /v1/feed', () => {
  it('tells what happens to an event, on whichever node', async () => {
    const type = newType();
    const webhookId = await subscribe(node.url, type, receiver.url);
    const streams = [await read(q(`type:${type}`)), await read(q(`type:${type}`), {}, other)];
    expect(streams[0]?.response.headers.get('content-type')).toBe(
      'text/event-stream; charset=utf-8',
    );
    expect(streams[0]?.response.headers.get('cache-control')).toBe('no-store');
    expect(streams[0]?.response.headers.get('x-request-id')).toBeTruthy();
    const { event, invocations } = await publish(type, { subject: 'order:1' });
    for (const stream of streams) {
      const [accepted, attempted, settled] = await stream.until(3);
      expect(kinds(stream.messages)).toEqual(['accepted', 'attempted', 'settled']);
      expect(accepted?.data.invocation).toMatchObject({
        id: invocations[0].id,
        webhook: { id: webhookId, name: type },
        event_id: event.id,
        subject: 'order:1',
        status: 'accepted',
        attempts_count: 0,
      });
      expect(attempted?.data).toEqual(settled?.data);
      expect(Date.parse(settled?.data.at)).toBeGreaterThan(Date.now() - HOUR_MS);
    }
    // As the list shows it.
    const list = await node.call('GET', `/v1/invocations?type=${type}`);
    expect(streams[0]?.messages[2]?.data.invocation).toEqual(list.body.invocations[0]);
  });

  it('shows each attempt as it left the invocation, also when it is read later', async () => {
    const type = newType();
    await subscribe(node.url, type, receiver.url);
    receiver.behave(answering(500));
    const stream = await read(q(`type:${type}`));
    await publish(type);
    await stream.until(2);
    receiver.behave(answering(204));
    await eventually('the success', async () => {
      await makeDue(database.url);
      return stream.messages.some(({ event }) => event === 'settled');
    });
    const later = await read(`${q(`type:${type} -trigger:manual`)}&since=1h`, {}, other);
    await later.until(4);
    expect(kinds(later.messages)).toEqual(['accepted', 'attempted', 'attempted', 'settled']);
    const shown = later.messages.map(({ data: { invocation } }) => [
      invocation.status,
      invocation.status_code,
      invocation.attempts_count,
      invocation.state,
    ]);
    expect(shown).toEqual([
      ['accepted', undefined, 0, 'waiting'],
      ['server error', 500, 1, 'waiting'],
      ['success', 204, 2, 'final'],
      ['success', 204, 2, 'final'],
    ]);
    // A query asks about that moment too.
    const failed = await read(`${q(`type:${type} status:"server error"`)}&since=1h`);
    expect((await failed.until(1))[0]?.data.invocation.attempts_count).toBe(1);
  });

  it('tells of events that no webhook got', async () => {
    const type = newType();
    const stream = await read(q(`type:${type}`));
    const excluding = await read(q(`type:${type} -status:success -webhook:nobody`));
    const positive = await read(q(`type:${type} status:accepted`));
    const { event } = await publish(type, { subject: 'nobody:1' });
    for (const one of [stream, excluding]) {
      const [accepted] = await one.until(1);
      expect(accepted?.event).toBe('accepted');
      expect(accepted?.data.event).toMatchObject({ id: event.id, type, subject: 'nobody:1' });
    }
    expect(positive.messages).toEqual([]);
  });

  it('tells what is held back, and what goes on', async () => {
    const type = newType();
    const webhookId = await subscribe(node.url, type, receiver.url);
    const rules = { delivery: { rate_limit: { requests: 1, seconds: 3_600 } } };
    const set = await node.call('PUT', `/v1/webhooks/${webhookId}/delivery`, rules);
    expect(set.status, JSON.stringify(set.body)).toBe(200);
    const stream = await read(q(`webhook:${webhookId}`), {}, other);
    await node.call('POST', `/v1/webhooks/${webhookId}/pause`);
    await node.call('POST', `/v1/webhooks/${webhookId}/resume`);
    await node.call('PATCH', `/api/v2/webhooks/${webhookId}`, { webhook: { status: 'inactive' } });
    await node.call('PATCH', `/api/v2/webhooks/${webhookId}`, { webhook: { status: 'active' } });
    await stream.until(4);
    expect(stream.messages.map(({ data, event }) => [event, data.reason_code])).toEqual([
      ['held', 'paused'],
      ['released', 'paused'],
      ['held', 'inactive'],
      ['released', 'inactive'],
    ]);
    expect(stream.messages[0]?.data.webhook).toEqual({ id: webhookId, name: type });
    await publish(type);
    await publish(type);
    const [held] = await stream.until(1, ({ data, event }) => event === 'held' && data.invocation);
    expect(held?.data.invocation).toMatchObject({ status: 'throttled', reason_code: 'rate limit' });
  });

  it('tells when a breaker opens and closes', async () => {
    const type = newType();
    const webhookId = await subscribe(node.url, type, receiver.url);
    const breaker = {
      window_seconds: 300,
      min_requests: 1_000,
      error_rate: 0.7,
      max_errors: 3,
      open_seconds: 1,
      max_open_seconds: 1,
    };
    const rules = { delivery: { breaker } };
    const set = await node.call('PUT', `/v1/webhooks/${webhookId}/delivery`, rules);
    expect(set.status, JSON.stringify(set.body)).toBe(200);
    receiver.behave(answering(500));
    const stream = await read(q(`webhook:${webhookId} reason:breaker`));
    for (let one = 0; one < 6; one++) await publish(type);
    const ofWebhook = ({ data }: FeedMessage) => data.webhook !== undefined;
    await stream.until(1, ofWebhook);
    receiver.behave(answering(200));
    await stream.until(2, ofWebhook);
    expect(kinds(stream.messages.filter(ofWebhook)).slice(0, 2)).toEqual(['held', 'released']);
  });

  it('goes on after each event, on the other node', async () => {
    const type = newType();
    for (let one = 0; one < 3; one++) await subscribe(node.url, type, receiver.url);
    const stream = await read(q(`type:${type}`));
    await publish(type);
    await publish(type, {}, other);
    // Two events for three webhooks: accepted, attempted and settled of each.
    await stream.until(18);
    const told = stream.messages.map(({ data, event }) => `${event} ${data.invocation.id}`);
    expect(new Set(told).size).toBe(18);
    for (const [at, { id }] of stream.messages.entries()) {
      const rest = await read(q(`type:${type}`), { lastEventId: id }, at % 2 === 0 ? other : node);
      await rest.until(17 - at);
      const got = rest.messages.map(({ data, event }) => `${event} ${data.invocation.id}`);
      expect([...told.slice(0, at + 1), ...got].sort()).toEqual(told.toSorted());
      await rest.close();
    }
  });

  it('tells what is committed late, and waits for nobody meanwhile', async () => {
    const type = newType();
    await subscribe(node.url, type, receiver.url);
    // Somebody's transaction that stays open, and one that holds a key which an event needs.
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query('begin isolation level repeatable read');
    await client.query('select count(*) from invocation');
    const stream = await read(q(`type:${type}`), {}, other);
    const keyed = { 'idempotency-key': 'late' };
    const lock = new pg.Client({ connectionString: database.url });
    await lock.connect();
    await lock.query('begin');
    await lock.query(
      `insert into idempotency_key (lane, account_id, key, fingerprint, answer, created_at)
      values ($1, 1, 'key:late', '', '{}', now())`,
      [laneOfKey(1, 'key:late')],
    );
    const late = node.call('POST', '/v1/events', { type, id: 'late' }, keyed);
    await eventually('the wait for the key', async () => {
      const rows = await sql(
        database.url,
        `select 1 from pg_stat_activity
        where wait_event_type = 'Lock' and datname = current_database()`,
      );
      return rows.length > 0;
    });
    // This node's other events wait for that one.
    for (let one = 0; one < 5; one++) await publish(type, {}, other);
    await stream.until(5, ({ event }) => event === 'settled');
    await lock.query('rollback');
    await lock.end();
    const { body } = await late;
    const [settled] = await stream.until(
      1,
      ({ data, event }) => event === 'settled' && data.invocation.id === body.invocations[0].id,
    );
    expect(settled?.data.invocation.status).toBe('success');
    await client.query('rollback');
    await client.end();
    expect(stream.messages.filter(({ event }) => event === 'settled')).toHaveLength(6);
  });

  it('refuses what it does not understand, and names it', async () => {
    expect(await refusal(q('/detail/id:9'))).toMatchObject({
      status: 400,
      error: { field: 'q', code: 'not_allowed', message: expect.stringContaining('field json') },
    });
    expect(await refusal('status=failed')).toMatchObject({
      status: 400,
      error: { field: 'status', code: 'unknown_field' },
    });
    expect((await refusal(q('status:nonsense'))).status).toBe(400);
    for (const since of ['soon', '-1h', '1x']) {
      expect(await refusal(`since=${since}`)).toMatchObject({
        status: 400,
        error: { field: 'since', code: 'invalid_format' },
      });
    }
    const tomorrow = new Date(Date.now() + 24 * HOUR_MS).toISOString();
    for (const since of ['25h', '2d', tomorrow, '2020-01-01']) {
      expect(await refusal(`since=${since}`)).toMatchObject({
        status: 400,
        error: { field: 'since', code: 'out_of_range' },
      });
    }
  });

  it('refuses places that are forged or of another account, and says what an old one has missed', async () => {
    const key = createHmac('sha256', Buffer.alloc(32, 7)).update('feed').digest();
    const { write } = createFeedSeal(key);
    const place = (hoursAgo: number) => ({
      atMs: Date.now() - hoursAgo * HOUR_MS,
      writers: new Map(),
    });
    const good = write(1, place(1));
    const forged = [
      'x',
      'AAAA',
      good.slice(0, -1),
      `${good}=`,
      `${good.slice(0, 20)}${good[20] === 'A' ? 'B' : 'A'}${good.slice(21)}`,
      write(2, place(1)),
      createFeedSeal(Buffer.alloc(32, 1)).write(1, place(1)),
    ];
    for (const id of forged) {
      expect(await refusal('', { 'last-event-id': id })).toMatchObject({
        status: 400,
        error: { field: 'Last-Event-ID', code: 'invalid_cursor' },
      });
    }
    const fresh = await read('', { lastEventId: good });
    expect(fresh.text).not.toContain('gap');
    const stream = await read(q('type:nothing'), { lastEventId: write(1, place(30)) });
    const [gap] = await stream.until(1);
    expect(gap?.event).toBe('gap');
    expect(Date.parse(gap?.data.to) - Date.parse(gap?.data.from)).toBeGreaterThan(5.9 * HOUR_MS);
    expect(gap?.id).not.toBe('');
  });

  it('shows nothing of other accounts, and ends when the token is revoked or the account suspended', async () => {
    const type = newType();
    await subscribe(node.url, type, receiver.url);
    const account = await node.call('POST', '/v1/accounts', { account: { name: 'two' } });
    const { id } = account.body.account;
    const make = async (role: string) => {
      const made = await node.call('POST', `/v1/tokens?account_id=${id}`, {
        token: { name: role, role },
      });
      return made.body.token;
    };
    const [reader, admin] = [await make('read'), await make('admin')];
    const foreign = await read('since=1h', { token: reader.secret ?? reader.token });
    const second = await eventually('the other node to know the token', async () => {
      const stream = await read('', { token: admin.secret ?? admin.token }, other);
      return stream.response.status === 200 ? stream : undefined;
    });
    expect(foreign.response.status).toBe(200);
    const own = await read(q(`type:${type}`));
    await publish(type);
    await own.until(3);
    expect(foreign.messages).toEqual([]);
    await node.call('DELETE', `/v1/tokens/${reader.id}?account_id=${id}`);
    await eventually('the end', () => foreign.isEnded);
    expect(foreign.text).toContain(': the token was revoked');
    expect(second.isEnded).toBe(false);
    await node.call('PATCH', `/v1/accounts/${id}`, { account: { suspended: true } });
    await eventually('the end', () => second.isEnded);
    expect(second.text).toContain(': the account was suspended');
    const publisher = await node.call('POST', '/v1/tokens', {
      token: { name: 'p', role: 'publish' },
    });
    const { secret, token } = publisher.body.token;
    const refused = await read('', { token: secret ?? token });
    expect(refused.response.status).toBe(403);
  });

  it('ends with the node, which says when to come back', async () => {
    const third = await startTestNode(database.url);
    const stream = await read('', {}, third);
    const stopped = third.stop();
    await eventually('the end', () => stream.isEnded);
    await stopped;
    expect(stream.text).toMatch(/: this node is stopping\nretry: [1-5]\d{3}\n\n$/);
  });

  it('answers HEAD without a stream', async () => {
    const answer = await node.call('HEAD', '/v1/feed');
    expect(answer.status).toBe(200);
  });

  it('is followed by the SDK over nodes that stop', async () => {
    const type = newType();
    await subscribe(node.url, type, receiver.url);
    let target = await startTestNode(database.url);
    const stop = new AbortController();
    const hooktrail = new Hooktrail({
      baseUrl: 'http://feed.test',
      auth: { accessToken: TOKEN },
      fetch: (url, init) => fetch(url.replace('http://feed.test', target.url), init),
    });
    const settled: string[] = [];
    const following = (async () => {
      for await (const event of hooktrail.feed({
        q: `type:${type}`,
        since: '1m',
        signal: stop.signal,
      })) {
        if (event.type === 'settled') settled.push(event.invocation.id);
      }
    })();
    const ids: string[] = [];
    const send = async () => ids.push((await publish(type)).invocations[0].id);
    for (let round = 0; round < 3; round++) {
      for (let one = 0; one < 5; one++) await send();
      const old = target;
      target = await startTestNode(database.url);
      await Promise.all([old.stop(), send(), send()]);
    }
    await eventually('all', () => ids.every((id) => settled.includes(id)));
    stop.abort(new Error('enough'));
    await expect(following).rejects.toThrow('enough');
    await target.stop();
    expect(settled.toSorted()).toEqual(ids.toSorted());
  });
});
