import { readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@hooktrail/harness/eventually';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idTimeMs, newId, uuidFromId } from '../../model/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../../model/time-units.ts';
import { createHeaderBox } from '../../secrets/header-box.ts';
import { createSecretBox } from '../../secrets/secret-box.ts';
import { idAt, startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
let orders: string;
let invoices: string;

/** The key of the test API. */
const box = createHeaderBox(createSecretBox(Buffer.alloc(32, 7)));

const search = (query: Record<string, string | number>, token = 'admin-1') =>
  api.call('GET', `/v1/search?${new URLSearchParams(query as Record<string, string>)}`, undefined, {
    token,
  });

/** The ids of what was found. */
async function found(q: string, token?: string): Promise<string[]> {
  const { body, status } = await search({ q }, token);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.results.map(
    (one: { event?: { id: string }; invocation?: { id: string } }) =>
      one.event?.id ?? one.invocation?.id,
  );
}

interface Stored {
  readonly eventId: string;
  readonly invocationId: string;
}

async function store(webhookId: string, ago: number, status: 'success' | 'failed', note: string) {
  const atMs = Date.now() - ago;
  const eventId = idAt(atMs);
  const id = `evt${eventId.slice(3)}`;
  await api.event(eventId, JSON.stringify({ id, subject: 'zen:order:1', detail: { note } }));
  const invocationId = await api.invocation(webhookId, {
    createdMs: atMs,
    eventId,
    status,
    attempts: 1,
  });
  await api.sql(
    `update event set invocations_count = 1,
      invocations_from = (select id from invocation where event_id = event.id limit 1)
    where event.id = (select event_id from invocation where id = $1)`,
    [uuid(invocationId)],
  );
  return { eventId, invocationId };
}

const uuid = (id: string) => {
  const value = [...id].reduce(
    (sum, digit) => sum * 32n + BigInt('0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(digit)),
    0n,
  );
  return value.toString(16).padStart(32, '0');
};

let first: Stored;
let second: Stored;
let late: Stored;
/** The job that has replayed the first one. */
const job = newId(Date.now());

beforeAll(async () => {
  api = await startTestApi();
  orders = (await api.webhook({ name: 'Orders' })).id;
  invoices = (await api.webhook({ name: 'Invoices' })).id;
  first = await store(orders, 90 * MINUTE_MS, 'success', 'Refund for order 40123');
  second = await store(
    invoices,
    30 * MINUTE_MS,
    'failed',
    'refund of invoice 7, line one\nline two',
  );
  late = await store(orders, 3 * HOUR_MS, 'failed', 'nothing special');
  const attempt = (invocationId: string, response: string) => ({
    id: idAt(idTimeMs(invocationId) + 20),
    number: 1,
    status: 'failed' as const,
    statusCode: 500,
    requestHeaders: [
      'X-Zendesk-Webhook-Id',
      'shownvalue',
      'X-Team',
      box.seal('sealedcanary'),
      'X-Old-Custom',
      'plaincanary',
      'Authorization',
      '********',
    ],
    responseHeaders: ['X-Reply', 'replyvalue', 'Set-Cookie', 'session=cookiecanary'],
    responseBody: response,
  });
  await api.attempt(orders, first.invocationId, attempt(first.invocationId, 'gateway overloaded'));
  await api.attempt(orders, late.invocationId, attempt(late.invocationId, 'came much later'));
  await api.sql('update invocation set job_id = $1 where id = $2', [
    uuidFromId(job),
    uuid(first.invocationId),
  ]);
  await api.sql(
    `update attempt set recorded_at = now() - interval '90 minutes' + interval '1 second'
    where invocation_id = $1`,
    [uuid(first.invocationId)],
  );
});
afterAll(() => api.stop());

describe('a word', () => {
  it('is found in the body of an event, whatever its case, newest first', async () => {
    expect(await found('REFUND')).toEqual([second.eventId, first.eventId]);
    const { body } = await search({ q: '"order 40123"' });
    expect(body.results).toEqual([
      {
        id: first.eventId,
        found_at: new Date(idTimeMs(first.eventId)).toISOString(),
        event: expect.objectContaining({ id: first.eventId, invocations_count: 1 }),
        matches: [{ in: 'event body', text: expect.stringContaining('order 40123') }],
      },
    ]);
    expect(body.meta).toMatchObject({
      has_more: false,
      read: { rows: 5, bytes: expect.any(Number) },
      filters: { blocks: 0, read: 0, empty: 0 },
    });
  });

  it('is a whole word, also beside an escape of JSON', async () => {
    expect(await found('4012')).toEqual([]);
    expect(await found('line')).toEqual([second.eventId]);
    expect(await found('"one line two"')).toEqual([second.eventId]);
    expect(await found('nline')).toEqual([second.eventId]); // as it stands in the text
  });

  it('is found in the headers and the bodies of answers and in the headers of requests', async () => {
    const { body } = await search({ q: 'overloaded' });
    expect(body.results).toEqual([
      {
        id: first.invocationId,
        found_at: new Date(idTimeMs(first.invocationId)).toISOString(),
        invocation: expect.objectContaining({
          id: first.invocationId,
          webhook: { id: orders, name: 'Orders' },
          subject: 'zen:order:1',
        }),
        matches: [{ in: 'response body', attempt: 1, text: 'gateway overloaded' }],
      },
    ]);
    expect(await found('replyvalue overloaded')).toEqual([first.invocationId]);
    expect(await found('shownvalue')).toEqual([late.invocationId, first.invocationId]);
    expect(await found('shownvalue -overloaded')).toEqual([late.invocationId]);
  });

  it('is found in a late attempt at the time of its recording', async () => {
    const { body } = await search({ q: 'later' });
    expect(body.results[0].invocation.id).toBe(late.invocationId);
    expect(Date.parse(body.results[0].found_at)).toBeGreaterThan(Date.now() - 10 * MINUTE_MS);
  });

  it('has to be in one event or in one attempt with the others', async () => {
    expect(await found('refund overloaded')).toEqual([]);
    expect(await found('refund,overloaded')).toEqual([
      second.eventId,
      ...[first.invocationId, first.eventId].sort().reverse(),
    ]);
  });
});

describe('further terms', () => {
  it.each([
    ['refund webhook:Invoices', () => [second.eventId]],
    ['refund -webhook:Invoices', () => [first.eventId]],
    ['refund status:failed', () => [second.eventId]],
    ['refund since:1h', () => [second.eventId]],
    ['refund until:1h', () => [first.eventId]],
    ['refund type:order.*', () => []],
    ['refund type:ticket.created', () => [second.eventId, first.eventId]],
    ['overloaded status:failed', () => []],
    ['later status:failed since:4h', () => [late.invocationId]],
    ['later since:1h', () => []],
    ['refund webhook:unknown', () => []],
    [`refund job:${job}`, () => [first.eventId]],
    [`refund -job:${job}`, () => [second.eventId]],
    [`overloaded job:${job}`, () => [first.invocationId]],
    [`refund,overloaded,later -job:${job}`, () => [late.invocationId, second.eventId]],
    [`refund job:${newId(Date.now())}`, () => []],
  ])('narrow it: %s', async (q, expected) => {
    expect(await found(q)).toEqual(expected());
  });
});

describe('what a reader may not see', () => {
  it.each(['sealedcanary', 'plaincanary', 'cookiecanary'])(
    '%s is found by nobody',
    async (word) => {
      for (const token of ['read-1', 'admin-1', 'operator-1']) {
        expect(await found(word, token)).toEqual([]);
        expect(await found(`shownvalue -${word}`, token)).toHaveLength(2);
      }
    },
  );

  it('is the trail of another account', async () => {
    for (const word of ['refund', 'overloaded', 'later']) {
      expect(await found(word, 'admin-2')).toEqual([]);
    }
  });

  it('is everything for publishers', async () => {
    expect((await search({ q: 'refund' }, 'publish-1')).status).toBe(403);
    expect((await search({ q: 'refund' }, 'read-1')).status).toBe(200);
  });
});

it('goes on from a cursor of the same query only', async () => {
  const page = await search({ q: 'refund', 'page[size]': 1 });
  expect(page.body.results).toHaveLength(1);
  expect(page.body.meta.has_more).toBe(true);
  const after = page.body.meta.after_cursor;
  const next = await search({ q: 'refund', 'page[size]': 1, 'page[after]': after });
  expect(next.body.results[0].event.id).toBe(first.eventId);
  expect(new URL(page.body.links.next).searchParams.get('q')).toBe('refund');
  const other = await search({ q: 'order', 'page[after]': after });
  expect([other.status, other.body.error.code]).toEqual([400, 'InvalidCursor']);
});

describe('a wrong query', () => {
  it.each([
    [{}, 'a word or a "phrase"'],
    [{ q: 'status:failed' }, 'a word or a "phrase"'],
    [{ q: '-refund' }, 'not excluded'],
    [{ q: '"--"' }, 'with a letter or a digit, got "--"'],
    [{ q: Array(33).fill('a').join(' ') }, 'at most 32 words and phrases, got 33'],
    [{ q: `"${Array.from({ length: 33 }, (_, n) => `w${n}`).join(' ')}"` }, 'at most 32 words'],
    [{ q: 'refund statsu:x' }, 'did you mean "status"'],
    [{ q: 'refund', 'page[before]': 'x' }, 'page[before] is not a parameter'],
    [{ q: 'refund', 'page[size]': 101 }, 'page[size]'],
  ])('%j is an error that names the rule', async (query, message) => {
    const { body, status } = await search(query as Record<string, string>);
    expect(status).toBe(400);
    expect(body.error.message).toContain(message);
  });
});

it('answers the examples of docs/search.md as the page says', async () => {
  const file = await readFile(new URL('../../../../docs/search.md', import.meta.url), 'utf8');
  const page = file.split('\n## Keys')[0] as string;
  const queries = [
    ...[...page.matchAll(/--data-urlencode 'q=(.+?)'/g)],
    ...[...page.matchAll(/```query\n(.+?)\n```/gs)],
    ...[...page.matchAll(/hooktrail\.search\('(.+?)'\)/g)],
  ].map(([, q]) => q as string);
  expect(queries).toHaveLength(4);
  for (const q of queries) await found(q);
  const shown = JSON.parse(/```json\n(.+?)\n```/s.exec(page)?.[1] as string);
  const { body } = await search({ q: queries[0] as string });
  expect(namesOf(body.meta)).toEqual(namesOf(shown.meta));
  const { '...': _more, ...event } = shown.results[0].event;
  expect(body.results[0].event).toMatchObject(
    Object.fromEntries(Object.keys(event).map((name) => [name, expect.any(String)])),
  );
  const { event: _shown, ...result } = shown.results[0];
  const { event: _event, ...answered } = body.results[0];
  expect(namesOf(answered)).toEqual(namesOf(result));
});

/** The names in a value, without its values. */
const namesOf = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(namesOf)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, namesOf(one)]))
      : typeof value;

it('ends its statement when the caller goes away', async () => {
  await api.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = api.app.server.address() as AddressInfo;
  const blocker = new pg.Client({ connectionString: api.databaseUrl });
  await blocker.connect();
  await blocker.query('begin; lock table search_filter in access exclusive mode');
  const running = async () =>
    (
      await api.sql(`select count(*)::integer as count from pg_stat_activity
        where datname = current_database() and state = 'active' and query like '%search_filter%'
          and pid <> pg_backend_pid()`)
    )[0]?.['count'] as number;
  const call = httpRequest({
    port,
    path: '/v1/search?q=refund',
    headers: { authorization: 'Bearer admin-1' },
  });
  call.on('error', () => undefined);
  call.end();
  await eventually('the statement', async () => (await running()) === 1);
  call.destroy();
  await eventually('its end', async () => (await running()) === 0);
  await blocker.query('rollback');
  await blocker.end();
  // Its turn is free again.
  expect(await found('40123')).toEqual([first.eventId]);
});
