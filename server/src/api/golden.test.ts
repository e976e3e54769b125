import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { eventually } from '@hooktrail/harness/eventually';
import { startZendeskDouble } from '@hooktrail/harness/zendesk/zendesk-double';
import { type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSigner } from '../deliver/request/create-signer.ts';
import type { FeedItem } from '../feed/feed-item.ts';
import { createFeedSeal } from '../feed/feed-seal.ts';
import { firstIdAt, newId, uuidFromId } from '../model/ids.ts';
import { keyHash, keySeed } from '../model/key-hash.ts';
import { laneOf } from '../model/lanes.ts';
import { DAY_MS } from '../model/time-units.ts';
import { Shares } from '../shares/shares.ts';
import { appendHold } from '../sql/append-hold.ts';
import { insertEvents } from '../sql/insert-events.ts';
import { parkInvocations } from '../sql/park-invocations.ts';
import { recordOutcomes } from '../sql/record-outcomes.ts';
import { writeNode } from '../sql/write-node.ts';
import { follow } from '../testing/follow.ts';
import { storeKeys } from '../testing/key-index.ts';
import { idAt, startTestApi, type TestApi, WEBHOOK } from '../testing/test-api.ts';
import { createTestArchive } from '../testing/test-archive.ts';
import { outcomeOf } from '../testing/test-trail.ts';
import { AccountKeys } from './accounts/account-keys-schema.ts';
import { AlertMuteBody, AlertMuteList, AlertMuteView } from './alerts/alert-mute-schema.ts';
import {
  AlertRouteBody,
  AlertRouteList,
  AlertRouteView,
  AlertTestBody,
} from './alerts/alert-route-schema.ts';
import { AlertRuleList, AlertRuleView } from './alerts/alert-rule-schema.ts';
import { AcknowledgedBody, AlertBody, AlertList, AlertView } from './alerts/alert-schema.ts';
import { Counts } from './counts/counts-schema.ts';
import { Undelivered } from './counts/undelivered-schema.ts';
import {
  EventInvocation,
  EventInvocationList,
  EventList,
  EventSummary,
  ShownEvent,
} from './events/event-schema.ts';
import { FeedGroup } from './feed/feed-group.ts';
import { FeedData } from './feed/feed-schema.ts';
import { FeedStream } from './feed/feed-stream.ts';
import { InboxBody, InboxList, InboxView } from './inboxes/inbox-schema.ts';
import { ExplainedTrailInvocation } from './invocations/explained-schema.ts';
import {
  Attempt,
  AttemptList,
  InvocationList,
  TrailAttemptList,
} from './invocations/invocation-schema.ts';
import { ResentBody } from './invocations/resend-schema.ts';
import { TrailInvocation, TrailInvocations } from './invocations/trail-schema.ts';
import { EraseEstimateView, EraseJobView } from './jobs/erase-schema.ts';
import { ExportEstimateView, ExportJobView, JobFileList } from './jobs/export-schema.ts';
import {
  DryRunBody,
  JobBody,
  JobEstimate,
  JobList,
  JobView,
  NewJobBody,
  ReplayJobView,
  SkippedList,
} from './jobs/job-schema.ts';
import { NodeList } from './nodes/node-schema.ts';
import { Problem, ProblemList } from './problems/problem-schema.ts';
import { ErrorSchema } from './schema/error-schema.ts';
import { Invocation } from './schema/invocation.ts';
import { SearchResult, SearchResults } from './search/search-schema.ts';
import { CodeBody, SessionBody } from './sessions/session-schema.ts';
import { MirroredWebhook, MirroredWebhookList } from './sources/mirrored-webhook-schema.ts';
import { ReconciledInvocations, Reconciliation } from './sources/reconcile-schema.ts';
import {
  ArchiveGap,
  CheckedSource,
  GapList,
  SourceBody,
  SourceCheck,
  SourceList,
  SourceView,
} from './sources/source-schema.ts';
import { StorageBody } from './storage/storage-schema.ts';
import { TrialResult } from './trials/trial-schema.ts';
import { SavedView, ViewBody, ViewList } from './views/view-schema.ts';
import { PublicKeyBody } from './webhooks/public-key-schema.ts';
import { RevealedWebhook } from './webhooks/reveal-webhook-schema.ts';
import { VerificationBody } from './webhooks/verify-signature-schema.ts';
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
  Source: SourceView,
  MirroredWebhook,
  ArchiveGap,
  Alert: AlertView,
  AlertRoute: AlertRouteView,
  AlertRule: AlertRuleView,
  AlertMute: AlertMuteView,
  Inbox: InboxView,
  Problem,
  Job: JobView,
  ReplayJob: ReplayJobView,
  ExportJob: ExportJobView,
  EraseJob: EraseJobView,
  JobEstimate,
  ExportEstimate: ExportEstimateView,
  EraseEstimate: EraseEstimateView,
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
    .replace(/whpk_[\w+/]{43}=/g, named('key'))
    .replace(/hi_[\w-]{40}/g, named('token'))
    .replace(/(?<=[0-7][0-9A-HJKMNP-TV-Z]{25})[\w-]{43}/g, named('mac'))
    .replace(/(?<="id":")[\w-]{40,}(?:\.\d+)?(?=")/g, '<place>')
    .replace(/[0-7][0-9A-HJKMNP-TV-Z]{25}/g, named('id'))
    .replace(/(?<="version":")[^"]+/g, '<version>')
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
  api = await startTestApi({ networks: ['127.0.0.0/8'] });
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

/** A whole search: one whose time is over on a busy machine is asked again. */
const search = (q: string, token: string) =>
  eventually('a whole search', async () => {
    const body = await get(`/v1/search?q=${q}`, token);
    return body.meta.has_more ? undefined : body;
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
  await golden('search', SearchResults, await search('%22order%2040123%22', token));
  const keys = ['/note'];
  const put = await api.call('PUT', '/v1/account/keys', { keys }, { headers, token });
  await golden('account-keys', AccountKeys, put.body);
  const hashes = [keyHash(keySeed(2, '/note'), 'order 40123')];
  await storeKeys(api.database, [{ accountId: 2, eventId, hashes }]);
  const keyed = await search('/note:%22order%2040123%22', token);
  await golden('search-by-keys', SearchResults, keyed);
  await golden('search-empty', SearchResults, await search('nothing', token));
});

/** A message of the feed, of every kind. */
const FeedMessages = Type.Array(
  Type.Object(
    {
      id: Type.String(),
      event: Type.String(),
      data: Type.Union([
        FeedData,
        Type.Object({ count: Type.Integer() }, { additionalProperties: false }),
        Type.Object({ from: Type.String(), to: Type.String() }, { additionalProperties: false }),
      ]),
    },
    { additionalProperties: false },
  ),
);

test('the feed', async () => {
  const { id: webhookId } = await api.webhook({ name: 'Followed' });
  const lane = laneOf(webhookId);
  const nowMs = Date.now();
  const writer = newId(nowMs);
  await api.sql('insert into writer (id) values ($1)', [uuidFromId(writer)]);
  let number = 0;
  const mark = () => ({ lane, writer, number: ++number, low: number, madeAtMs: nowMs });
  const event = (id: string, type: string, body: object) => ({
    ...{ id, accountId: 1, type, ownId: 'own' },
    body: JSON.stringify({ id: `order-7-${type}`, type, subject: 'acme:order:7', ...body }),
  });
  const [paid, nobody, sent, held] = [0, 1, 2, 3].map(() => newId(nowMs)) as [
    ...[string, string, string, string],
  ];
  const invocation = (id: string, leased: boolean) => ({
    ...{ id, lane, webhookId, eventId: paid, eventType: 'followed.paid', leased },
  });
  const [accepted] = await api.database.run(insertEvents, {
    versions: [],
    events: [
      { ...event(paid, 'followed.paid', {}), invocationsFrom: sent, invocationsCount: 2 },
      { ...event(nobody, 'followed.nobody', {}), invocationsCount: 0 },
    ],
    invocations: [invocation(sent, true), invocation(held, false)],
    leaseMs: 60_000,
    mark: mark(),
  });
  const lease = {
    ...{ lane, webhookId, invocationId: sent },
    leasedUntilMs: accepted?.leased_until.getTime() as number,
  };
  const outcome = outcomeOf(lease, { status: 'success', statusCode: 200, retryInMs: null });
  await api.database.run(recordOutcomes, { outcomes: [outcome], repeated: false, mark: mark() });
  await api.database.run(parkInvocations, {
    ...{ lane, webhookId, status: 'throttled', ends: false, entry: '{}' },
    ...{ reason: 'held back by the rate limit', reasonCode: 'rate limit', fromUs: 0, limit: 5 },
    mark: mark(),
  });
  for (const kind of ['held', 'released'] as const) {
    await api.database.run(appendHold, { kind, webhookId, reasonCode: 'paused', mark: mark() });
  }

  await api.app.listen({ port: 0, host: '127.0.0.1' });
  const url = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`;
  const read = async (q: string, count: number, lastEventId?: string) => {
    const query = new URLSearchParams({ q, since: '1m' }).toString();
    const stream = await follow(url, query, {
      token: 'admin-1',
      ...(lastEventId !== undefined && { lastEventId }),
    });
    const messages = await stream.until(count);
    await stream.close();
    return messages;
  };
  const longAgo = { atMs: nowMs - 2 * DAY_MS, writers: new Map() };
  const seal = createFeedSeal(Buffer.alloc(32, 8));
  await golden('feed-messages', FeedMessages, [
    ...(await read('webhook:Followed', 7)),
    ...(await read('type:followed.nobody', 1)),
    ...(await read('type:followed.none', 1, seal.write(1, longAgo))),
    skippedMessage(),
  ]);
  // The server would wait for connections that `fetch` keeps.
  api.app.server.closeAllConnections();
});

/** What a reader is told that takes nothing for a while. */
function skippedMessage(): object {
  const seal = createFeedSeal(Buffer.alloc(32, 8));
  const group = new FeedGroup({ accountId: 1, matches: () => true, now: Date.now, seal });
  const taken: (() => void)[] = [];
  let text = '';
  const response = {
    once() {},
    write(bytes: Buffer | string, done?: () => void) {
      text += bytes.toString();
      if (done !== undefined) taken.push(done);
    },
  } as unknown as ServerResponse;
  const bytes = new Shares(1);
  const stream = new FeedStream({ accountId: 1, bytes, group, response, onRoom() {} });
  const before = { atMs: Date.now(), writers: new Map() };
  const mark = { before, begun: [], writer: newId(Date.now()), number: 1 };
  const item = (): FeedItem => {
    const facts = { createdMs: 0 } as FeedItem['facts'];
    const shown = { text: undefined };
    return { kind: 'held', accountId: 1, atMs: 0, facts, mark, done: 1, shown };
  };
  for (let pieces = 0; pieces < 10; pieces++) {
    stream.take(Array.from({ length: 100 }, item), false);
  }
  for (const done of taken.splice(0)) done();
  const [, id, data] = /id: (.+)\nevent: skipped\ndata: (.+)\n\n$/.exec(text) ?? [];
  return { id, event: 'skipped', data: JSON.parse(data as string) };
}

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
  const target = await api.webhook();
  const resent = await api.call('POST', `/v1/webhooks/${webhook}/invocations/${id}/resend`, {
    target_webhook_id: target.id,
  });
  expect(resent.status, JSON.stringify(resent.body)).toBe(200);
  await golden('resent', ResentBody, resent.body);
});

test('sessions', async () => {
  await golden('session-of-token', SessionBody, await get('/v1/session', 'read-1'));
  const signedIn = await api.app.inject({
    method: 'POST',
    url: '/v1/session',
    headers: { ...headers, origin: 'http://hooktrail.example:4400' },
    payload: { token: 'admin-1' },
  });
  expect(signedIn.statusCode).toBe(201);
  await golden('session', SessionBody, signedIn.json());
  const code = await api.call('POST', '/v1/session/code', undefined, { headers });
  await golden('session-code', CodeBody, code.body);
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

test('alerts, their rules and mutes', async () => {
  const webhook = await api.webhook({ name: 'Orders' });
  const open = await api.alert({ webhookId: webhook.id, facts: { name: 'Orders', paused: 0 } });
  const route = newId(Date.now());
  await api.sql(
    `insert into alert_route (account_id, id, name, kind, enabled, target, minimum_severity, created_at, changed_at)
    values (1, $1, 'On call', 'slack', true, '', 'warning', now(), now())`,
    [uuidFromId(route)],
  );
  await api.sql(
    `insert into alert_notice (account_id, alert_id, route_id, transition, state, attempts, due_at, sent_at, error)
    values (1, $1, $2, 'opened', 'waiting', 2, now(), null, 'the answer was 500')`,
    [uuidFromId(open), uuidFromId(route)],
  );
  const gaps = await api.alert({
    kind: 'gap',
    value: 2,
    sourceId: newId(Date.now()),
    facts: { name: 'support' },
  });
  const { body } = await api.call('POST', `/v1/alerts/${gaps}/acknowledge`, { note: 'Known' });
  await golden('alert-acknowledged', AcknowledgedBody, body);
  await api.sql('update alert set resolved_at = now() where id = $1', [uuidFromId(gaps)]);
  await golden('alerts', AlertList, await get('/v1/alerts'));
  await golden('alerts-first-page', AlertList, await get('/v1/alerts?page[size]=1'));
  await golden('alert', AlertBody, await get(`/v1/alerts/${open}`));
  await api.call('PATCH', '/v1/alert-rules/backlog', {
    rule: {
      threshold: 600,
      quiet_hours: {
        time_zone: 'Europe/Berlin',
        from: '22:00',
        to: '07:00',
        days: ['mon', 'tue'],
        except_critical: true,
      },
    },
  });
  await golden('alert-rules', AlertRuleList, await get('/v1/alert-rules'));
  const mute = { webhook_id: webhook.id, kind: 'backlog', until: '2999-01-31T12:00:00Z' };
  const muted = await api.call('POST', '/v1/alert-mutes', { mute });
  await golden('alert-mute', AlertMuteBody, muted.body);
  await api.call('POST', '/v1/alert-mutes', { mute: { kind: 'gap' } });
  await golden('alert-mutes', AlertMuteList, await get('/v1/alert-mutes'));
});

test('routes of alerts', async () => {
  const webhook = await api.webhook({ name: 'Operations' });
  await api.sql('delete from alert_route');
  const make = async (route: object) => {
    const made = await api.call('POST', '/v1/alert-routes', { route });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    return made.body;
  };
  await make({ name: 'Mail', kind: 'email', addresses: ['ops@example.com'] });
  await make({ name: 'Webhook', kind: 'webhook', webhook_id: webhook.id, enabled: false });
  const url = 'https://ann:secret@alerts.example.com/prefix';
  await make({ name: 'Manager', kind: 'alertmanager', url, kinds: ['failing', 'breaker'] });
  const chat = { name: 'On call', kind: 'slack', url: 'https://hooks.example.com/services/T0/B0' };
  const made = await make({ ...chat, minimum_severity: 'critical' });
  await golden('alert-route', AlertRouteBody, made);
  await api.sql(
    `update alert_route set last_sent_at = created_at, last_error = 'the receiver answered 500'
    where kind = 'alertmanager'`,
  );
  await golden('alert-routes', AlertRouteList, await get('/v1/alert-routes'));
  const [, , , mail] = (await api.call('GET', '/v1/alert-routes')).body.routes;
  const tested = await api.call('POST', `/v1/alert-routes/${mail.id}/test`);
  await golden('alert-test', AlertTestBody, tested.body);
});

test('sources and their gaps', async () => {
  const remote = await startZendeskDouble();
  const name = 'support';
  const credentials = { email: remote.auth.email, api_token: remote.auth.apiToken };
  remote.account.create();
  const source = { name, base_url: remote.url, credentials, resend_secrets: 'read' };
  const made = await api.call('POST', '/v1/sources', { source }, { headers });
  const shown = (body: object) =>
    JSON.parse(JSON.stringify(body).replaceAll(remote.url, 'https://support.zendesk.com'));
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  await golden('source-created', CheckedSource, shown(made.body));
  const tried = await api.call(
    'POST',
    '/v1/sources',
    { source: { ...source, name: 'sales' }, dry_run: true },
    { headers },
  );
  expect(tried.status).toBe(200);
  await golden('source-checked', SourceCheck, tried.body);
  await remote.close();
  const { id } = made.body.source;
  const webhookId = newId(Date.now());
  const atMs = Date.now() - 3_600_000;
  const at = (ms: number) => new Date(atMs + ms);
  await api.sql(
    `insert into archive_webhook (
      id, account_id, source_id, remote_id, name, status, endpoint, http_method, request_format, subscriptions,
      watermark_at, newest_at, polled_at, wanted, rows_count
    )
    values (
      $1, 1, $2, '01KE6P4YM0GT04FZZ8QHVRR2WH', 'orders', 'active', 'https://endpoint.example/hooks', 'POST', 'json',
      '{zen:event-type:ticket.created}', $3, $3, $3, 1, 2
    )`,
    [uuidFromId(webhookId), uuidFromId(id), at(0)],
  );
  await api.sql(
    `insert into archive_wanted (lane, webhook_id, invocation_id, failed, completed_at)
    values ($1, $2, $3, true, $4)`,
    [laneOf(webhookId), uuidFromId(webhookId), uuidFromId(newId(atMs)), at(0)],
  );
  await api.sql(
    `update source set polled_at = $1, requested_at = $1, rate_limit = 100, clock_off_ms = -400, mirrored_at = $1,
      error = 'webhook orders: the service did not answer in time', error_code = 'unavailable', error_at = $1
    where id = $2`,
    [at(0), uuidFromId(id)],
  );
  await api.sql(
    `insert into archive_gap (source_id, id, account_id, webhook_id, from_at, to_at, reason, found_at)
    values ($1, $2, 1, $3, $4, $5, 'outage', $6)`,
    [
      uuidFromId(id),
      uuidFromId(newId(Date.now())),
      uuidFromId(webhookId),
      at(-60_000),
      at(0),
      at(1),
    ],
  );
  // Its lag is an hour, however long the statements above took.
  api.nowMs = atMs + 3_600_000;
  await golden('source', SourceBody, shown(await get(`/v1/sources/${id}`)));
  await golden('sources', SourceList, shown(await get('/v1/sources')));
  api.nowMs = undefined;
  await golden('gaps', GapList, await get(`/v1/sources/${id}/gaps`));
  await golden(
    'source-webhooks',
    MirroredWebhookList,
    await get(`/v1/sources/${id}/webhooks?state=existing`),
  );
  const hourMs = Math.floor(atMs / 3_600_000) * 3_600_000;
  const inHour = (ms: number) => new Date(hourMs + ms);
  const inboxId = newId(Date.now());
  const arrivedId = firstIdAt(hourMs + 1_800_001);
  await api.sql(
    `update archive_webhook set inbox_id = $1, inbox_since_at = $2, inbox_seen_at = $3, reconciled_at = $3
    where id = $4`,
    [uuidFromId(inboxId), inHour(600_000), inHour(3_000_000), uuidFromId(webhookId)],
  );
  await api.sql(
    `insert into reconcile_hour (source_id, hour_at, webhook_id, inbox_id, from_at, to_at, arrived, not_arrived,
      failed, failed_arrived, never_sent, not_listed)
    values ($1, $2, $3, $4, $5, $6, 40, 2, 3, 1, 5, 4)`,
    [
      ...[uuidFromId(id), inHour(0), uuidFromId(webhookId), uuidFromId(inboxId)],
      ...[inHour(600_000), inHour(3_000_000)],
    ],
  );
  await api.sql(
    `insert into reconcile_row (lane, webhook_id, id, kind, arrived_at, event_id)
    values ($1, $2, $3, 'failed_arrived', $4, 'order-1')`,
    [laneOf(webhookId), uuidFromId(webhookId), uuidFromId(arrivedId), inHour(1_801_000)],
  );
  await api.sql(
    `insert into archive_invocation (latest_at, attempts_count, status, lane, status_code, id, webhook_id)
    values ($1, 1, 'server error', $2, 502, $3, $4)`,
    [inHour(1_812_000), laneOf(webhookId), uuidFromId(arrivedId), uuidFromId(webhookId)],
  );
  const path = `/v1/sources/${id}/reconcile`;
  await golden('reconciliation', Reconciliation, await get(path));
  const behind = await get(`${path}/invocations?kind=failed_arrived`);
  await golden('reconciled-invocations', ReconciledInvocations, behind);
  const ofWebhook = `webhooks/${webhookId}/invocations`;
  const { webhook: listedWebhook, meta } = await get(`/v1/${ofWebhook}`);
  expect([listedWebhook.origin, meta.gaps?.[0]?.reason]).toEqual(['support', 'outage']);
  const before = await get(`/v1/${ofWebhook}?filter[to_ts]=${at(-90_000).toISOString()}`);
  expect(before).not.toHaveProperty('meta.gaps');
  expect(await get(`/api/v2/${ofWebhook}`)).not.toHaveProperty('meta.gaps');
  const list = await get('/v1/invocations?origin=support');
  expect(list.meta.gaps).toEqual([
    expect.objectContaining({
      reason: 'outage',
      source: 'support',
      webhook: { id: webhookId, name: 'orders' },
    }),
  ]);
  for (const table of ['archive_gap', 'archive_invocation', 'reconcile_row', 'reconcile_hour']) {
    await api.sql(`delete from ${table}`);
  }
  await api.sql('delete from archive_webhook where source_id = $1', [uuidFromId(id)]);
  await api.sql('delete from source where id = $1', [uuidFromId(id)]);
});

test('inboxes', async () => {
  const make = (inbox: object) => api.call('POST', '/v1/inboxes', { inbox }, { headers });
  const made = await make({ name: 'Zendesk', scheme: 'zendesk', secrets: ['0123456789abcdef'] });
  await golden('inbox-created', InboxBody, made.body);
  const inbox = { type_header: 'X-Topic', id_header: 'X-Delivery', default_type: 'shop.order' };
  const { id } = (await make({ name: 'Shop', scheme: 'none', ...inbox })).body.inbox;
  await golden('inbox', InboxBody, await get(`/v1/inboxes/${id}`));
  await golden('inboxes', InboxList, await get('/v1/inboxes'));
});

test('what is wrong, undelivered and stored', async () => {
  const token = 'admin-2';
  const nowMs = Date.now();
  const { id } = await api.webhook({ name: 'Golden', status: 'inactive' }, token);
  api.broken.set(id, { nextProbeAtMs: nowMs, sinceMs: nowMs, reason: '9 of 9 requests failed' });
  api.backlogs.set(id, { sinceMs: nowMs - 7_200_000, growing: false });
  const problems = await get('/v1/problems', token);
  const ofIt = (one: { webhook?: { id: string } }) => one.webhook?.id === id;
  await golden('problems', ProblemList, {
    problems: problems.problems.filter(ofIt),
    counts: Object.fromEntries(Object.keys(problems.counts).map((kind) => [kind, 1])),
    meta: { at: problems.meta.at, webhooks: 1, counted: 1 },
  });
  api.broken.clear();
  api.backlogs.clear();
  await api.invocation(id, { createdMs: nowMs - 60_000, status: 'server error', statusCode: 500 });
  await golden('undelivered', Undelivered, await get(`/v1/undelivered?webhook=${id}`, token));

  const { storage } = await get('/v1/storage', 'operator-1');
  const bytes = 8_192;
  const event = storage.tables.find(({ name }: { name: string }) => name === 'event');
  await golden('storage', StorageBody, {
    storage: {
      bytes,
      tables: [{ ...event, bytes, partitions: [{ ...event.partitions[0], bytes }] }],
      next: [{ ...storage.next[0], bytes }],
      read_at: storage.read_at,
    },
  });

  const load = { cpu: 0.25, event_loop: 0.1, memory_bytes: 200_000_000 };
  const busy = { ...load, places: 12, places_limit: 16_384, requests: 8, lag_ms: 3 };
  for (const [place, silentMs] of [0, 3_600_000].entries()) {
    const nodeId = idAt(nowMs + place);
    await api.database.run(writeNode, {
      id: nodeId,
      startedAtMs: nowMs,
      version: '0.1.0',
      host: 'node-1',
      address: `http://10.0.0.${place}:4400`,
      load: JSON.stringify(silentMs === 0 ? busy : { ...busy, lag_ms: null }),
    });
    await api.sql("update node set seen_at = now() - $1 * interval '1 ms' where id = $2", [
      silentMs,
      uuidFromId(nodeId),
    ]);
  }
  await golden('nodes', NodeList, await get('/v1/nodes', 'operator-1'));
});

test('credentials and signatures', async () => {
  const { id } = await api.webhook({
    authentication: basic,
    custom_headers: { 'X-Team': 'warehouse' },
  });
  const { secret } = (await api.call('GET', `${PATH}/${id}/signing_secret`)).body.signing_secret;
  const at = new Date().toISOString().replace(/\.\d+/, '');
  const request = {
    headers: {
      'X-Zendesk-Webhook-Signature': createSigner(secret)(at, Buffer.from('{}')),
      'X-Zendesk-Webhook-Signature-Timestamp': at,
      'webhook-id': id,
    },
    body: '{}',
  };
  const verified = await api.call('POST', `/v1/webhooks/${id}/verify`, { request });
  await golden('verification', VerificationBody, verified.body);
  const rules = { standard_webhooks: true, signatures: ['v1', 'v1a'] };
  await api.call('PUT', `/v1/webhooks/${id}/delivery`, { delivery: rules });
  const replaced = await api.call('POST', `/v1/webhooks/${id}/public_key?grace_seconds=60`);
  await golden('public-key', PublicKeyBody, replaced.body);
  const { body } = await api.call('POST', `/v1/webhooks/${id}/reveal`);
  await golden('webhook-revealed', RevealedWebhook, body);
});

test('exports', async () => {
  const webhook = await api.webhook({ name: 'Exported' });
  const nowMs = Date.now();
  for (const statusCode of [500, 502]) {
    await api.invocation(webhook.id, {
      status: 'server error',
      statusCode,
      createdMs: nowMs - 9e6,
    });
  }
  const asked = { kind: 'export', of: 'invocations', query: 'webhook:Exported', reason: 'audit' };
  const dry = await api.call('POST', '/v1/jobs', { ...asked, dry_run: true }, { headers });
  await golden('job-export-dry-run', DryRunBody, dry.body);
  const { body } = await api.call('POST', '/v1/jobs', asked, { headers });
  await golden('job-export-new', NewJobBody, body);
  const { id } = body.job;
  // As a node leaves it that has written one file and begins the next.
  const progress = {
    ...{
      folder: 'f',
      rows: 2,
      bytes: 812,
      files: 2,
      named: null,
      cursor: { after: null, open: null },
    },
    firstMs: nowMs - 9e6,
    reachedMs: nowMs,
    file: null,
  };
  await api.sql(
    `update job set state = 'done', busy = false, started_at = now(), ended_at = now(), progress = $2
where id = $1`,
    [uuidFromId(id), progress],
  );
  await api.sql(
    `insert into job_file (job_id, number, account_id, folder, name, day, rows, bytes, sha256)
values ($1, 1, 1, 'f', '2026-11-28.ndjson', '2026-11-28', 1, 406, sha256('x')),
  ($1, 2, 1, 'f', '2026-11-29.ndjson', '2026-11-29', 1, 406, null)`,
    [uuidFromId(id)],
  );
  await golden('job-export', JobBody, await get(`/v1/jobs/${id}`));
  await golden('job-files', JobFileList, await get(`/v1/jobs/${id}/files`));
});

test('erasures', async () => {
  const asked = { kind: 'erase', query: '/subject:zen:user:4711', reason: 'request 2026-118' };
  const dry = await api.call('POST', '/v1/jobs', { ...asked, dry_run: true }, { headers });
  await golden('job-erase-dry-run', DryRunBody, dry.body);
  const { body } = await api.call('POST', '/v1/jobs', asked, { headers });
  await golden('job-erase-new', NewJobBody, body);
  const { id } = body.job;
  const progress = {
    ...{ selected: 5, more: false, walk: 2, after: null, erased: 3, invocations: 7, attempts: 9 },
    ...{ skipped: { waiting: 2 }, newestMs: null, keys: { lane: 0, after: '' } },
  };
  await api.sql(
    `update job set state = 'done', busy = false, started_at = now(), ended_at = now(), progress = $2
where id = $1`,
    [uuidFromId(id), progress],
  );
  await api.sql(
    `insert into erase_item (job_id, webhook_id, id, archived, state, reason)
values ($1, '00000000-0000-0000-0000-000000000000', $2, false, 'skipped', 'waiting'), ($1, $2, $2, true, 'skipped', 'gone')`,
    [uuidFromId(id), uuidFromId(idAt(3))],
  );
  await golden('job-erase', JobBody, await get(`/v1/jobs/${id}`));
  await golden('job-erase-skipped', SkippedList, await get(`/v1/jobs/${id}/skipped`));
});

test('jobs', async () => {
  const token = 'admin-2';
  const create = async (body: object) =>
    (await api.call('POST', '/v1/jobs', { kind: 'replay', ...body }, { token, headers })).body;
  await golden('jobs-empty', JobList, await get('/v1/jobs', token));
  const lost = await api.webhook({ name: 'Lost' }, token);
  const other = await api.webhook({ name: 'Other' }, token);
  for (const status of ['failed', 'timeout', 'success'] as const) {
    await api.invocation(lost.id, { status });
  }
  const asked = {
    query: `webhook:${lost.id} status:failed,timeout`,
    order: 'newest',
    rate: 50,
    max: 1_000,
    canary: { count: 10, success_share: 0.9 },
    stop_on: { failure_share: 0.5, of_last: 100 },
    target_webhook_id: other.id,
    include_succeeded: true,
    reason: 'outage of this morning',
  };
  await golden('job-dry-run', DryRunBody, await create({ ...asked, dry_run: true }));
  const created = await create(asked);
  await golden('job-created', NewJobBody, created);
  const { id } = created.job;
  await api.sql(
    `update job set state = 'running', started_at = now(), reason_code = null, progress = $2 where id = $1`,
    [
      uuidFromId(id),
      JSON.stringify({
        selected: 9,
        sent: 5,
        succeeded: 3,
        failed: 1,
        skipped: { 'body gone': 1, 'changed since': 1 },
        delivered: 4,
        more: true,
        after: null,
        canary: { sent: 5, succeeded: 3, failed: 1, passed: false },
        recent: '1101',
      }),
    ],
  );
  await api.sql(
    'insert into job_webhook (job_id, webhook_id, selected, sent, skipped) values ($1, $2, 9, 5, 2)',
    [uuidFromId(id), uuidFromId(lost.id)],
  );
  for (const [reason, place] of [
    ['body gone', 1],
    ['changed since', 2],
  ] as const) {
    await api.sql(
      `insert into job_item (job_id, webhook_id, invocation_id, attempts_count, state, reason)
values ($1, $2, $3, 1, 'skipped', $4)`,
      [uuidFromId(id), uuidFromId(lost.id), uuidFromId(idAt(place)), reason],
    );
  }
  await api.call('POST', `/v1/webhooks/${other.id}/pause`, undefined, { token });
  await golden('job', JobBody, await get(`/v1/jobs/${id}`, token));
  await golden('job-skipped', SkippedList, await get(`/v1/jobs/${id}/skipped`, token));
  const plain = await create({ query: '', all: true });
  await api.call('POST', `/v1/jobs/${plain.job.id}/cancel`, undefined, { token });
  await golden('job-cancelled', JobBody, await get(`/v1/jobs/${plain.job.id}`, token));
  await golden('jobs', JobList, await get('/v1/jobs', token));
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
