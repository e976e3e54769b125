import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId, uuidFromId } from '../model/ids.ts';
import { keyHash, keySeed } from '../model/key-hash.ts';
import { laneOf } from '../model/lanes.ts';
import { insertEvents } from '../sql/insert-events.ts';
import { storeKeys } from '../testing/key-index.ts';
import { idAt, startTestApi, type TestApi, WEBHOOK } from '../testing/test-api.ts';
import { createTestArchive } from '../testing/test-archive.ts';
import { AccountKeys } from './accounts/account-keys-schema.ts';
import { Counts } from './counts/counts-schema.ts';
import {
  EventInvocation,
  EventInvocationList,
  EventList,
  EventSummary,
  ShownEvent,
} from './events/event-schema.ts';
import { ExplainedTrailInvocation } from './invocations/explained-schema.ts';
import {
  Attempt,
  AttemptList,
  InvocationList,
  TrailAttemptList,
} from './invocations/invocation-schema.ts';
import { TrailInvocation, TrailInvocations } from './invocations/trail-schema.ts';
import { ErrorSchema } from './schema/error-schema.ts';
import { Invocation } from './schema/invocation.ts';
import { SearchResult, SearchResults } from './search/search-schema.ts';
import { TrialResult } from './trials/trial-schema.ts';
import { SavedView, ViewBody, ViewList } from './views/view-schema.ts';
import { SecretBody, WebhookBody, WebhookList, WebhookView } from './webhooks/webhook-schema.ts';

/**
 * Compares answers of this API with the bodies in `spec/golden/`. Ids, times, cursors and secrets
 * differ from run to run; everything else must be equal. `HOOKTRAIL_WRITE_GOLDEN=1` rewrites the
 * files.
 */
const folder = fileURLToPath(new URL('../../../spec/golden/', import.meta.url));
const writing = process.env['HOOKTRAIL_WRITE_GOLDEN'] === '1';

const schemas: Record<string, TSchema> = {
  Error: ErrorSchema,
  Webhook: WebhookView,
  Invocation,
  Attempt,
  EventSummary,
  EventInvocation,
  TrailInvocation,
  SearchResult,
  SavedView,
};

/** Resolves the references that `ref` makes, so that whole answers can be validated. */
function resolved(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(resolved);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $ref } = schema as { $ref?: string };
  if ($ref !== undefined) return resolved(schemas[$ref.slice(0, -1)]);
  const { $id, ...rest } = schema as { $id?: string };
  return Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, resolved(value)]));
}

/** Replaces values that differ from run to run; equal values stay equal. */
function normalised(body: unknown): unknown {
  const seen = new Map<string, string>();
  const named = (kind: string) => (value: string) => {
    const name = seen.get(value) ?? `<${kind} ${seen.size + 1}>`;
    seen.set(value, name);
    return name;
  };
  const text = JSON.stringify(body)
    .replace(
      /(?<="(?:after|before)_cursor":")[\w-]+|(?<=%5B(?:after|before)%5D=)[\w-]+/g,
      named('cursor'),
    )
    .replace(/(?<="secret":")[\w+/]{43}=/g, named('secret'))
    .replace(/[0-7][0-9A-HJKMNP-TV-Z]{25}/g, named('id'))
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z/g, '<time>');
  return JSON.parse(text);
}

const made = new Set<string>();

async function golden(name: string, schema: TSchema, body: unknown): Promise<void> {
  made.add(`${name}.json`);
  const check = Compile(resolved(schema) as TSchema);
  expect(check.Errors(body), name).toEqual([]);
  const file = `${folder}${name}.json`;
  if (writing) {
    await mkdir(folder, { recursive: true });
    await writeFile(file, `${JSON.stringify(body, null, 2)}\n`);
  }
  const committed = JSON.parse(await readFile(file, 'utf8'));
  expect(check.Errors(committed), name).toEqual([]);
  expect(normalised(body), name).toEqual(normalised(committed));
}

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const PATH = '/api/v2/webhooks';
const headers = { host: 'hooktrail.example:4400' };
const get = async (path: string, token = 'admin-1') =>
  (await api.call('GET', path, undefined, { headers, token })).body;

const basic = {
  type: 'basic_auth',
  data: { username: 'ann', password: 'secret' },
  add_position: 'header',
};

test('webhooks', async () => {
  const token = 'admin-2';
  const none = await get(PATH, token);
  await golden('webhooks-empty', WebhookList, none);
  const plain = await api.webhook({}, token);
  await golden('webhooks-only-page', WebhookList, await get(PATH, token));
  await api.webhook({ name: 'Second' }, token);
  await api.webhook({ name: 'Third', status: 'inactive' }, token);
  const first = await get(`${PATH}?sort=name&page[size]=1`, token);
  const middle = await get(
    new URL(first.links.next).pathname + new URL(first.links.next).search,
    token,
  );
  const last = await get(
    new URL(middle.links.next).pathname + new URL(middle.links.next).search,
    token,
  );
  await golden('webhooks-first-page', WebhookList, first);
  await golden('webhooks-middle-page', WebhookList, middle);
  await golden('webhooks-last-page', WebhookList, last);
  await golden('webhook', WebhookBody, await get(`${PATH}/${plain.id}`, token));
});

test('one webhook with every field', async () => {
  const { id } = await api.webhook({
    name: 'Everything',
    description: 'Tells the warehouse about orders',
    subscriptions: ['zen:event-type:ticket.created', 'order.*'],
    authentication: basic,
    custom_headers: { 'X-Team': 'warehouse' },
    external_source: { type: 'app', data: { app_id: '7' } },
  });
  await api.call('PATCH', `${PATH}/${id}`, { webhook: { status: 'inactive' } });
  await golden('webhook-with-everything', WebhookBody, await get(`${PATH}/${id}`));

  const copy = await api.call('POST', `${PATH}?clone_webhook_id=${id}`);
  await golden('webhook-cloned', WebhookBody, copy.body);
  for (const [name, authentication] of [
    ['bearer-token', { type: 'bearer_token', data: { token: 't0ken' }, add_position: 'header' }],
    [
      'api-key',
      { type: 'api_key', data: { name: 'key', value: 'v' }, add_position: 'query_string' },
    ],
  ] as const) {
    const webhook = await api.webhook({ authentication });
    await golden(`webhook-${name}`, WebhookBody, { webhook });
  }
  const direct = await api.webhook({
    name: 'Direct',
    http_method: 'GET',
    request_format: 'form_encoded',
    subscriptions: ['conditional_ticket_events'],
  });
  await golden('webhook-direct', WebhookBody, { webhook: direct });
  const { body } = await api.call('GET', `${PATH}/${id}/signing_secret`);
  expect(body.signing_secret.secret).toHaveLength(44);
  await golden('signing-secret', SecretBody, body);
});

test('test requests', async () => {
  const request = { endpoint: 'https://example.com/', http_method: 'POST', request_format: 'json' };
  const answered = await api.call('POST', `${PATH}/test`, { request });
  await golden('test-answered', TrialResult, answered.body);
  api.exchange = {
    status: 'timeout',
    response: undefined,
    errorMessage: 'timeout: no answer within 12000 ms',
  };
  const silent = await api.call('POST', `${PATH}/test`, { request });
  await golden('test-no-answer', TrialResult, silent.body);
  api.exchange = {};
});

test('invocations', async () => {
  const { id } = await api.webhook();
  const list = `${PATH}/${id}/invocations`;
  await golden('invocations-empty', InvocationList, await get(list));
  const nowMs = Date.now();
  const rows = [
    { status: 'success', statusCode: 200 },
    { status: 'client error', statusCode: 404 },
    { status: 'server error', statusCode: 503, attempts: 3, dueMs: nowMs + 60_000 },
    { status: 'timeout', attempts: 10 },
    { status: 'failed', attempts: 2, dueMs: nowMs + 5_000, leased: true },
    { status: 'accepted', attempts: 0, dueMs: nowMs },
    { status: 'unknown', attempts: 1, dueMs: nowMs + 1_000, leased: true },
    { status: 'circuit broken', attempts: 1, statusCode: 500, dueMs: nowMs + 5_000 },
    { status: 'throttled', attempts: 0, dueMs: nowMs + 1_000 },
  ] as const;
  for (const [index, row] of rows.entries()) {
    const latestMs = nowMs - 60_000 + index * 1000;
    const createdMs = latestMs - ('attempts' in row ? row.attempts * 7_000 : 250);
    await api.invocation(id, { ...row, createdMs, latestMs });
  }
  const follow = (url: string) => get(new URL(url).pathname + new URL(url).search);
  const first = await get(`${list}?page[size]=4`);
  const middle = await follow(first.links.next);
  const last = await follow(middle.links.next);
  await golden('invocations-first-page', InvocationList, first);
  await golden('invocations-middle-page', InvocationList, middle);
  await golden('invocations-last-page', InvocationList, last);
  await golden('invocations-only-page', InvocationList, await get(list));
});

test('events', async () => {
  const token = 'admin-2';
  await golden('events-empty', EventList, await get('/v1/events', token));
  const [kept, inactive] = [
    await api.webhook({ name: 'Warehouse' }, token),
    await api.webhook({ name: 'Old shop' }, token),
  ];
  const nowMs = Date.now();
  const [storedId, madeId, invocationId] = [idAt(nowMs), idAt(nowMs - 5_000), idAt(nowMs)];
  const skips = [{ reason: 'inactive', count: 1, webhook_ids: [inactive.id] }];
  await api.database.run(insertEvents, {
    versions: [],
    events: [
      { id: madeId, accountId: 2, type: 'order.placed', body: '{}', invocationsCount: 0 },
      {
        id: storedId,
        accountId: 2,
        type: 'order.paid',
        body: '{"type": "order.paid", "id": "order-1", "detail": {"total": 49.90}}',
        ownId: 'order-1',
        invocationsFrom: invocationId,
        invocationsCount: 1,
        skipped: JSON.stringify(skips),
      },
    ],
    invocations: [],
    leaseMs: 1,
  });
  await api.invocation(kept.id, {
    id: invocationId,
    latestMs: nowMs + 1_000,
    statusCode: 200,
    eventId: storedId,
    eventType: 'order.paid',
  });
  await golden('events', EventList, await get('/v1/events', token));
  await golden('event', ShownEvent, await get('/v1/events/order-1', token));
  const list = await get('/v1/events/order-1/invocations', token);
  await golden('event-invocations', EventInvocationList, list);
});

test('counts', async () => {
  const token = 'admin-2';
  const { id } = await api.webhook({ name: 'Counted' }, token);
  const writer = uuidFromId(newId(Date.now()));
  await api.sql('insert into writer (id) values ($1)', [writer]);
  await api.sql(
    `insert into delta (lane, writer, number, low, made_at, kind, webhook_ids, lanes, statuses, error_classes,
      settled, durations_ms, completed_at)
    values (0, $1, 1, 1, now(), 'attempted', array[$2::uuid, $2, $2], array[$3::smallint, $3, $3],
      '{success,success,failed}', '{null,null,dns}', '{true,true,false}', '{31,31,4}',
      array[now(), now(), now()])`,
    [writer, uuidFromId(id), laneOf(id)],
  );
  const counted = await get('/v1/counts?by=webhook,status,error&step=day', token);
  await golden('counts', Counts, counted);
  await golden('counts-live', Counts, await get('/v1/counts?q=code:418', token));
});

test('search', async () => {
  const token = 'admin-2';
  const { id } = await api.webhook({ name: 'Searched' }, token);
  const createdMs = Date.now() - 60_000;
  const eventId = idAt(createdMs + 1_000);
  const invocationId = await api.invocation(id, { createdMs, statusCode: 500, status: 'failed' });
  await api.attempt(id, invocationId, {
    id: idAt(createdMs),
    number: 1,
    status: 'failed',
    statusCode: 500,
    responseHeaders: ['Content-Type', 'text/plain'],
    responseBody: 'no room for order 40123',
  });
  await api.database.run(insertEvents, {
    versions: [],
    events: [{ id: eventId, accountId: 2, type: 'order.paid', body: '{"note":"order 40123"}' }],
    invocations: [],
    leaseMs: 0,
  });
  await golden('search', SearchResults, await get('/v1/search?q=%22order%2040123%22', token));
  const keys = ['/note'];
  const put = await api.call('PUT', '/v1/account/keys', { keys }, { headers, token });
  await golden('account-keys', AccountKeys, put.body);
  const hashes = [keyHash(keySeed(2, '/note'), 'order 40123')];
  await storeKeys(api.database, [{ accountId: 2, eventId, hashes }]);
  const keyed = await get('/v1/search?q=/note:%22order%2040123%22', token);
  await golden('search-by-keys', SearchResults, keyed);
  await golden('search-empty', SearchResults, await get('/v1/search?q=nothing', token));
});

test('attempts', async () => {
  const { id } = await api.webhook();
  const startMs = Date.now() - 60_000;
  const eventId = idAt(startMs);
  await api.event(
    eventId,
    JSON.stringify({
      account_id: 1,
      detail: { id: '35436', subject: 'Help me' },
      event: {},
      id: 'b4f0c0a7',
      subject: 'zen:ticket:35436',
      time: '2026-01-31T12:00:00Z',
      type: 'zen:event-type:ticket.created',
      zendesk_event_version: '2022-11-06',
    }),
  );
  const list = (invocation: string) => get(`${PATH}/${id}/invocations/${invocation}/attempts`);
  const invocation = await api.invocation(id, { createdMs: startMs, eventId, attempts: 3 });
  const untried = await api.invocation(id, { status: 'accepted', attempts: 0 });
  await golden('attempts-empty', AttemptList, await list(untried));
  // attempts_count says that it was attempted; the attempts are no longer kept.
  await golden('attempts-gone', AttemptList, await list(invocation));
  const requestHeaders = [
    'Content-Type',
    'application/json',
    'User-Agent',
    'Hooktrail',
    'Authorization',
    'Basic ********',
    'X-Zendesk-Webhook-Id',
    id,
  ];
  await api.attempt(id, invocation, {
    id: idAt(startMs + 20),
    number: 1,
    status: 'failed',
    durationMs: 3,
    errorMessage: 'refused: connection refused',
    method: 'POST',
    url: 'https://example.com/hook',
    requestHeaders,
  });
  await api.attempt(id, invocation, {
    id: idAt(startMs + 5_000),
    number: 2,
    status: 'server error',
    statusCode: 503,
    durationMs: 41,
    method: 'POST',
    url: 'https://example.com/hook',
    requestHeaders,
    responseHeaders: ['Content-Type', 'text/plain', 'Retry-After', '30'],
    responseBody: 'try later',
  });
  await api.attempt(id, invocation, {
    id: idAt(startMs + 35_000),
    number: 3,
    status: 'success',
    statusCode: 204,
    durationMs: 18,
    method: 'POST',
    url: 'https://example.com/hook',
    requestHeaders,
    responseHeaders: ['Date', 'Sat, 31 Jan 2026 12:00:35 GMT'],
    responseBody: '',
  });
  await golden('attempts', AttemptList, await list(invocation));

  const decoded = await api.invocation(id, {
    createdMs: startMs,
    status: 'success',
    statusCode: 200,
  });
  const responseRaw = Buffer.from('größe', 'latin1');
  await api.attempt(id, decoded, {
    id: idAt(startMs + 20),
    number: 1,
    status: 'success',
    statusCode: 200,
    method: 'POST',
    url: 'https://example.com/hook',
    requestHeaders,
    responseHeaders: ['Content-Type', 'text/plain; charset=iso-8859-1'],
    responseBody: 'größe',
    responseLength: responseRaw.length,
    responseRaw,
    phases: [0, 3, -1, 5, 0, 4, 0],
  });
  const trail = `/v1/webhooks/${id}/invocations/${decoded}/attempts`;
  await golden('trail-attempts', TrailAttemptList, await get(trail));

  const silent = await api.invocation(id, { createdMs: startMs, status: 'timeout' });
  await api.attempt(id, silent, {
    id: idAt(startMs + 20),
    number: 1,
    status: 'timeout',
    durationMs: 12_000,
    errorMessage: 'timeout: no answer within 12000 ms',
    method: 'POST',
    url: 'https://example.com/hook',
    requestHeaders,
  });
  await golden('attempts-no-answer', AttemptList, await list(silent));
});

test('invocations of all webhooks', async () => {
  const list = (query: object) => get(`/v1/invocations?${new URLSearchParams({ ...query })}`);
  const [orders, shop, gone] = [
    await api.webhook({ name: 'Listed orders' }),
    await api.webhook({ name: 'Listed shop' }),
    await api.webhook({ name: 'Listed and deleted' }),
  ];
  const webhook = '"Listed orders","Listed shop","Listed and deleted"';
  await golden('trail-invocations-empty', TrailInvocations, await list({ webhook }));
  const nowMs = Date.now();
  const eventId = idAt(nowMs - 60_000);
  const event = { id: 'order-40123-paid', type: 'order.paid', subject: 'acme:order:40123' };
  await api.event(eventId, JSON.stringify({ ...event, detail: { total: 49.9 } }));
  const made = async (id: string, ago: number, row: Parameters<typeof api.invocation>[1]) => {
    const createdMs = nowMs - ago;
    return api.invocation(id, { createdMs, eventId, eventType: 'order.paid', ...row });
  };
  const failed = await made(orders.id, 60_000, {
    latestMs: nowMs - 30_000,
    status: 'failed',
    attempts: 3,
    dueMs: nowMs + 60_000,
  });
  await made(shop.id, 60_000, { latestMs: nowMs - 59_500, statusCode: 200 });
  await made(shop.id, 40_000, { status: 'accepted', attempts: 0, dueMs: nowMs - 1_000 });
  await made(gone.id, 50_000, {
    latestMs: nowMs - 49_000,
    status: 'client error',
    statusCode: 410,
    eventId: idAt(nowMs - 50_000),
  });
  await api.sql(
    `update invocation set error_class = 'dns', duration_ms = 12, trigger = 'manual',
      reason_code = 'retry', reason = 'retry 3 of 9 after 2 min, as scheduled' where id = $1`,
    [uuidFromId(failed)],
  );
  await api.sql(
    `update invocation set duration_ms = 80, reason_code = 'gone', reason = 'answered 410 Gone'
    where status_code = 410 and webhook_id = $1`,
    [uuidFromId(gone.id)],
  );
  await api.call('POST', `/v1/webhooks/${shop.id}/pause`);
  await api.call('DELETE', `${PATH}/${gone.id}`);
  await golden('trail-invocations', TrailInvocations, await list({ webhook, sort: '-latest' }));
  const first = await list({ webhook, 'page[size]': '1' });
  await golden('trail-invocations-first-page', TrailInvocations, first);
  await api.attempt(orders.id, failed, {
    id: idAt(nowMs - 30_000),
    number: 3,
    status: 'failed',
    errorClass: 'dns',
    errorMessage: 'dns: the name does not resolve',
    method: 'POST',
    url: 'https://example.com/hook',
  });
  await golden(
    'trail-invocation',
    ExplainedTrailInvocation,
    await get(`/v1/invocations/${failed}`),
  );
});

test('archived invocations', async () => {
  const archive = createTestArchive((text, values) => api.sql(text, values));
  const source = await archive.source('acme');
  const webhook = await archive.webhook(source, { name: 'Archived orders' });
  const nowMs = Date.now();
  const eventId = idAt(nowMs - 60_000);
  const body = '{"id":"order-7","type":"order.paid","subject":"acme:order:7"}';
  await archive.event(eventId, { sourceId: source, type: 'order.paid', ownId: 'order-7', body });
  const id = idAt(nowMs - 60_000);
  await archive.invocation(webhook, {
    id,
    eventId,
    eventType: 'order.paid',
    outcomes: [
      { status: 'throttled', sent: false },
      {
        status: 'success',
        statusCode: 200,
        requestHeaders: ['Content-Type', 'application/json'],
        responseBody: 'ok',
      },
    ],
  });
  await archive.invocation(webhook, {
    id: idAt(nowMs - 90_000),
    outcomes: [{ status: 'terminated', statusCode: 403 }],
  });
  const list = await get('/v1/invocations?origin=acme');
  await golden('archived-invocations', TrailInvocations, list);
  await golden('archived-invocation', ExplainedTrailInvocation, await get(`/v1/invocations/${id}`));
  const attempts = `${PATH}/${webhook}/invocations/${id}/attempts`;
  await golden('archived-attempts', AttemptList, await get(attempts));
  await golden('archived-event', ShownEvent, await get('/v1/events/order-7'));
});

test('saved views', async () => {
  const make = (view: object) => api.call('POST', '/v1/views', { view }, { headers });
  const columns = ['created_at', 'webhook', 'status'];
  const view = {
    name: 'Failed orders',
    screen: 'invocations',
    search: 'q=status%3Afailed',
    columns,
  };
  await golden('view', ViewBody, (await make(view)).body);
  await make({ name: 'Paused', screen: 'webhooks' });
  await golden('views', ViewList, await get('/v1/views'));
});

test('errors', async () => {
  const { id } = await api.webhook();
  const list = `${PATH}/${id}/invocations`;
  const error = async (name: string, answer: Promise<{ body: unknown }>) =>
    golden(`error-${name}`, ErrorSchema, (await answer).body);
  await error('invalid-parameter', api.call('GET', `${list}?page[size]=500`));
  await error('invalid-cursor', api.call('GET', `${list}?page[after]=nonsense`));
  await error('malformed-body', api.call('POST', PATH, '{"webhook":'));
  await error('unauthorized', api.call('GET', PATH, undefined, { token: 'wrong' }));
  await error('forbidden', api.call('DELETE', `${PATH}/${id}`, undefined, { token: 'read-1' }));
  await error('record-not-found', api.call('GET', `${PATH}/01ARZ3NDEKTSV4RRFFQ69G5FAV`));
  await error('route-not-found', api.call('GET', '/api/v2/webhook'));
  await error('body-too-large', api.call('POST', PATH, ' '.repeat(1024 * 1024 + 1)));
  await error(
    'unsupported-media-type',
    api.call('POST', PATH, 'name=x', { headers: { 'content-type': 'text/plain' } }),
  );
  await error(
    'invalid-body',
    api.call('POST', PATH, {
      webhook: { ...WEBHOOK, endpoint: 'ftp://example.com', http_method: 'PUT' },
    }),
  );
});

test('every golden body belongs to a test', async () => {
  expect(new Set(await readdir(folder))).toEqual(made);
});
