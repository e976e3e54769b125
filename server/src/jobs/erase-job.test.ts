import { eventually } from '@hooktrail/harness/eventually';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase, type Runner } from '../database/database.ts';
import { idFromUuid, newId, uuidFromId } from '../model/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../model/time-units.ts';
import { NO_WEBHOOK } from '../sql/insert-erase-items.ts';
import { settleJobItems } from '../sql/settle-job-items.ts';
import { openStage, type Scene, type Stage } from '../testing/stage.ts';
import { createTestArchive } from '../testing/test-archive.ts';
import { sql, type TestNode } from '../testing/test-node.ts';
import { eraseBatch } from './erase/erase-batch.ts';
import { NEW_ERASURE } from './erase/erase-progress.ts';

/** What nothing may show afterwards: one word, in letters of one case. */
const WORD = 'xylophonquark';
const OTHER = 'marimbaquark';

/** One that has every word. */
const FILTER = Buffer.alloc(1_024, 255);

let stage: Stage;
let node: TestNode;

beforeAll(async () => {
  stage = await openStage();
  node = await stage.node();
  const keys = ['/subject', '/detail/id', 'header.x-who'];
  await node.call('PUT', '/v1/account/keys', { keys });
});
afterAll(() => stage.close());

const database = <Row extends object = Record<string, unknown>>(text: string, values?: unknown[]) =>
  sql<Row>(stage.databaseUrl, text, values);

/** An endpoint that repeats what it got. */
function echoing(scene: Scene, status = 400): void {
  scene.receiver.behave(({ body }, response) => {
    const word = /"note":"(\w+)"/.exec(body)?.[1] ?? 'none';
    response.writeHead(status, { 'x-note': word, 'content-type': 'text/plain; charset=latin1' });
    response.end(`no: ${word} \xe9 ${body}`, 'latin1');
  });
}

async function publish(type: string, word: string, key?: string) {
  const answer = await node.call(
    'POST',
    '/v1/events',
    { type, subject: `user:${word}`, detail: { id: `${word}-id`, note: word } },
    { 'x-who': `who ${word}`, ...(key !== undefined && { 'idempotency-key': key }) },
  );
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body as { event: { id: string }; invocations: { id: string }[] };
}

async function create(body: object) {
  const answer = await node.call('POST', '/v1/jobs', { kind: 'erase', ...body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.job;
}

const until = (id: string, state: string) =>
  eventually(`the job to be ${state}`, async () => {
    const { job } = (await node.call('GET', `/v1/jobs/${id}`)).body;
    return job.state === state ? job : undefined;
  });

/** What of a database has a text, in any column of any table; bytes are compared in hexadecimal digits. */
async function tablesWith(text: string): Promise<string[]> {
  const hex = Buffer.from(text).toString('hex');
  const tables = await database<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r'`,
  );
  expect(tables.length).toBeGreaterThan(30);
  // One statement: a connection for each table would take seconds.
  const parts = tables.map(
    ({ name }) => `(select '${name}' as name from ${name} as t
      where t::text ilike '%' || $1 || '%' or t::text like '%' || $2 || '%' limit 1)`,
  );
  const rows = await database<{ name: string }>(parts.join(' union all '), [text, hex]);
  const found = rows.map(({ name }) => name.replace(/_2\d{7}$|_2\d{5}$/, ''));
  return [...new Set(found)].sort();
}

/** What a search finds in the last hour, of which all rows are: on a busy machine its first answer may end early. */
async function searched(q: string): Promise<unknown[]> {
  const results: unknown[] = [];
  let path: string | undefined = `/v1/search?${new URLSearchParams({ q: `${q} since:1h` })}`;
  while (path !== undefined) {
    const { body, status } = await node.call('GET', path);
    expect(status, JSON.stringify(body)).toBe(200);
    results.push(...body.results);
    path = body.links.next?.replace(/^https?:\/\/[^/]+/, '');
  }
  return results;
}

/** Invocations of a webhook that wait for nothing any more. */
const settle = (scene: Scene) =>
  database('update invocation set due_at = null where webhook_id = $1', [
    uuidFromId(scene.webhookId),
  ]);

describe('an erasure by a subject', () => {
  let scene: Scene;
  let target: Scene;
  let erased: Awaited<ReturnType<typeof publish>>;
  let kept: Awaited<ReturnType<typeof publish>>;
  let archivedId: string;
  let job: { id: string };
  const filteredFromMs = Date.now() - HOUR_MS;

  beforeAll(async () => {
    scene = await stage.scene({ breaker: null });
    target = await stage.scene({ breaker: null });
    echoing(scene);
    echoing(target);
    erased = await publish(scene.type, WORD, `key-of-${WORD}`);
    kept = await publish(scene.type, OTHER, `key-of-${OTHER}`);
    // One that goes to no webhook.
    await publish('test.to.nobody', WORD);
    await stage.until(scene.webhookId, { 'client error': 2 });
    await settle(scene);
    // A copy at another webhook.
    const copied = await node.call('POST', '/v1/jobs', {
      kind: 'replay',
      query: `webhook:${scene.webhookId}`,
      target_webhook_id: target.webhookId,
      rate: 100,
    });
    expect(copied.status).toBe(201);
    await until(copied.body.job.id, 'done');
    await settle(target);

    const archive = createTestArchive(database);
    const source = await archive.source('acme');
    const webhook = await archive.webhook(source);
    for (const word of [WORD, OTHER]) {
      const eventId = newId(Date.now() - MINUTE_MS);
      const body = JSON.stringify({ id: `own-${word.length}`, subject: `user:${word}` });
      await archive.event(eventId, { sourceId: source, type: 'a.b.c', body });
      const id = newId(Date.now() - MINUTE_MS);
      const outcomes = [
        { status: 'failed', requestHeaders: ['x', word], responseBody: `no ${word}` },
      ];
      await archive.invocation(webhook, { id, eventId, eventType: 'a.b.c', outcomes });
      if (word === WORD) archivedId = id;
    }
    // A filter, which is of moments that are over, as is that of an attempt.
    await database(
      `update attempt set early = null, recorded_at = now() - interval '30 minutes'
      where invocation_id = $1`,
      [uuidFromId(erased.invocations[0]?.id as string)],
    );
    await database(
      `insert into search_filter (from_ms, until_ms, buckets, events, attempts, late_blocks, filter)
      values ($1, $2, 1, 1, 1, 0, $3)`,
      [filteredFromMs, Date.now() - 10 * MINUTE_MS, FILTER],
    );
    const before = await tablesWith(WORD);
    expect(before).toEqual(
      expect.arrayContaining([
        ...['archive_attempt', 'archive_event', 'attempt', 'event', 'idempotency_key'],
      ]),
    );
  });

  test('says in numbers what it would do, and does nothing', async () => {
    const body = { kind: 'erase', query: `/subject:user:${WORD}`, dry_run: true };
    // Its time is short; on a machine that stands still it says so, and is asked again.
    const estimate = await eventually('a whole estimate', async () => {
      const { status, body: answer } = await node.call('POST', '/v1/jobs', body);
      expect(status).toBe(200);
      return answer.estimate.exact ? answer.estimate : undefined;
    });
    expect(estimate).toEqual({
      exact: true,
      events: 3,
      archived: 1,
      invocations: 3,
      skipped: 0,
      skipped_by_reason: {},
      exports: [],
    });
    expect((await tablesWith(WORD)).length).toBeGreaterThan(0);
  });

  test('leaves no byte of it in any column of any table, and the skeleton stays', async () => {
    const query = `/subject:user:${WORD}`;
    const rows = () =>
      database(
        `select i.id, i.status, i.status_code, i.attempts_count, i.latest_at, a.number, a.id as attempt, a.status as outcome,
          a.duration_ms, a.response_length, a.error_class
        from invocation i join attempt a on a.invocation_id = i.id order by i.id, a.number`,
      );
    const before = await rows();
    job = await create({ query, reason: 'request 4711' });
    const done = await until(job.id, 'done');
    expect(done.counts).toEqual({
      selected: 3,
      more: false,
      position: 3,
      erased: 3,
      invocations: 3,
      attempts: 3,
      waiting: 0,
      skipped: 0,
      skipped_by_reason: {},
    });
    expect(await tablesWith(WORD)).toEqual([]);
    expect(await rows()).toEqual(before);
    expect(await tablesWith(OTHER)).toEqual(
      expect.arrayContaining(['archive_attempt', 'archive_event', 'attempt', 'event']),
    );
    const hashed = await database(
      `select from key_batch where $1 = any (events) union all select from key_block where $1 = any (events)`,
      [uuidFromId(erased.event.id)],
    );
    expect(hashed).toEqual([]);
    await eventually('the filter of its time to be made again', async () => {
      const [row] = await database<{ filter: Buffer }>(
        'select filter from search_filter where stale_at is null and from_ms = $1',
        [filteredFromMs],
      );
      return row !== undefined && !row.filter.equals(FILTER);
    });
  });

  test('does not quote it in the audit, nor in the job', async () => {
    const { body } = await node.call('GET', '/v1/audit?filter[operation]=createJob');
    expect(JSON.stringify(body)).toContain('/subject');
    expect(JSON.stringify(body)).not.toContain(WORD);
    const shown = await node.call('GET', `/v1/jobs/${job.id}`);
    expect(shown.body.job.query).toEqual([
      { field: 'json', pointer: '/subject', values: ['********'] },
    ]);
  });

  test('is shown as erased, and found by nobody', async () => {
    const { id } = erased.event;
    const event = (await node.call('GET', `/v1/events/${id}`)).body.event;
    expect(event).toMatchObject({ id, type: scene.type, erased_at: expect.any(String) });
    expect(event).not.toHaveProperty('body');
    expect(event).not.toHaveProperty('body_length');
    expect((await node.call('GET', `/v1/events/${id}/body`)).status).toBe(404);
    const invocationId = erased.invocations[0]?.id;
    const shown = await node.call('GET', `/v1/invocations/${invocationId}`);
    expect(shown.body.invocation).toMatchObject({
      event_id: id,
      status: 'client error',
      status_code: 400,
      erased_at: event.erased_at,
    });
    const { attempts } = (await node.call('GET', `/v1/invocations/${invocationId}/attempts`)).body;
    expect(attempts[0]).toMatchObject({ status: 'client error', status_code: 400 });
    for (const field of ['request', 'response', 'response_body', 'error_message', 'reason']) {
      expect(attempts[0]).not.toHaveProperty(field);
    }
    const reveal = `/v1/webhooks/${scene.webhookId}/invocations/${invocationId}/attempts/${attempts[0].id}/reveal`;
    expect((await node.call('POST', reveal)).status).toBe(404);
    const old = `/api/v2/webhooks/${scene.webhookId}/invocations/${invocationId}/attempts`;
    expect((await node.call('GET', old)).body.attempts).toHaveLength(1);
    const list = (await node.call('GET', `/v1/invocations?webhook=${scene.webhookId}`)).body;
    const states = list.invocations.map((one: { id: string; erased_at?: string }) => [
      one.id,
      one.erased_at !== undefined,
    ]);
    expect(states).toEqual([
      [kept.invocations[0]?.id, false],
      [invocationId, true],
    ]);
    const archived = await node.call('GET', `/v1/invocations/${archivedId}`);
    expect(archived.body.invocation).toMatchObject({ erased_at: expect.any(String) });
    for (const q of [WORD, `"${WORD}-id"`, `/subject:user:${WORD}`, `/detail/id:${WORD}-id`]) {
      expect(await searched(q), q).toEqual([]);
    }
    expect((await searched(OTHER)).length).toBeGreaterThan(3);
  });

  test('is not sent again by a replay or a job, and its key is free', async () => {
    const invocationId = erased.invocations[0]?.id;
    const path = `/v1/webhooks/${scene.webhookId}/invocations/${invocationId}/replay`;
    const answer = await node.call('POST', path);
    expect([answer.status, answer.body.error.code]).toEqual([410, 'EventGone']);
    const query = `webhook:${scene.webhookId}`;
    const created = await node.call('POST', '/v1/jobs', { kind: 'replay', query, rate: 100 });
    const done = await until(created.body.job.id, 'done');
    expect(done.counts).toMatchObject({ skipped_by_reason: { 'body erased': 1 } });
    const sent = scene.receiver.requestsOf(invocationId as string);
    expect(sent).toHaveLength(1);
    await settle(scene);
    const again = await publish('test.to.nobody', 'fresh', `key-of-${WORD}`);
    expect(again.event.id).not.toBe(erased.event.id);
    const same = await publish(scene.type, OTHER, `key-of-${OTHER}`);
    expect(same.event.id).toBe(kept.event.id);
  });

  test('erases nothing twice', async () => {
    await settle(scene);
    const again = await create({ query: `webhook:${scene.webhookId}` });
    const done = await until(again.id, 'done');
    expect(done.counts).toMatchObject({ erased: 1, skipped_by_reason: { 'erased before': 1 } });
    expect(await tablesWith(OTHER)).not.toContain('attempt');
  });
});

test('what waits or is in flight is skipped, and erased once it has ended', async () => {
  const scene = await stage.scene({ breaker: null });
  echoing(scene, 500);
  const { event, invocations } = await publish(scene.type, 'waitingquark');
  const query = '/subject:user:waitingquark';
  await eventually('an attempt', async () => {
    const [row] = await database<{ due: boolean }>(
      'select due_at is not null as due from invocation where id = $1 and attempts_count > 0',
      [uuidFromId(invocations[0]?.id as string)],
    );
    return row?.due;
  });
  const job = await create({ query });
  const done = await until(job.id, 'done');
  expect(done.counts).toMatchObject({ erased: 0, skipped_by_reason: { waiting: 1 } });
  const { skipped } = (await node.call('GET', `/v1/jobs/${job.id}/skipped`)).body;
  expect(skipped).toEqual([{ id: event.id, created_at: expect.any(String), reason: 'waiting' }]);
  await settle(scene);
  const second = await until((await create({ query })).id, 'done');
  expect(second.counts).toMatchObject({ erased: 1, attempts: 1 });
});

test('by fields of invocations, with all invocations of the events, at other webhooks too', async () => {
  const type = 'test.erase.two';
  const scenes = [await stage.scene({ breaker: null }), await stage.scene({ breaker: null })];
  for (const { webhookId } of scenes) {
    await node.call('PATCH', `/api/v2/webhooks/${webhookId}`, {
      webhook: { subscriptions: [type] },
    });
  }
  echoing(scenes[0] as Scene, 200);
  echoing(scenes[1] as Scene, 400);
  const { event } = await publish(type, 'twoquark');
  await stage.until(scenes[0]?.webhookId as string, { success: 1 });
  await stage.until(scenes[1]?.webhookId as string, { 'client error': 1 });
  for (const scene of scenes) await settle(scene);
  const query = `webhook:${scenes[1]?.webhookId} status:"client error" since:1h`;
  const done = await until((await create({ query })).id, 'done');
  expect(done.counts).toMatchObject({ selected: 1, erased: 1, invocations: 2, attempts: 2 });
  expect(await tablesWith('twoquark')).toEqual([]);
  const [row] = await database<{ id: string }>(
    'select id from event where erased_at is not null and id = $1',
    [uuidFromId(event.id)],
  );
  expect(idFromUuid(row?.id as string)).toBe(event.id);
});

test('a copy goes too whose attempt did not count, so that the job made another one', async () => {
  const scene = await stage.scene({ breaker: null });
  const target = await stage.scene({ breaker: null });
  echoing(scene, 400);
  echoing(target, 400);
  const { event, invocations } = await publish(scene.type, 'copiedquark');
  await stage.until(scene.webhookId, { 'client error': 1 });
  await settle(scene);
  const replay = await node.call('POST', '/v1/jobs', {
    kind: 'replay',
    query: `webhook:${scene.webhookId}`,
    target_webhook_id: target.webhookId,
  });
  const { id: jobId } = await until(replay.body.job.id, 'done');
  await settle(target);
  const [copy] = await database<{ id: string }>('select id from invocation where webhook_id = $1', [
    uuidFromId(target.webhookId),
  ]);
  const copyId = idFromUuid(copy?.id as string);
  const own = openDatabase(stage.databaseUrl, { connections: 1, log: pino({ level: 'silent' }) });
  const item = {
    ...{ webhookId: scene.webhookId, invocationId: invocations[0]?.id as string },
    ...{ attemptsCount: 1, reason: null },
  };
  for (const moved of [
    { from: 'failed', to: 'pending', targetId: null },
    { from: 'pending', to: 'sent', targetId: newId(Date.now()) },
    { from: 'sent', to: 'failed', targetId: newId(Date.now()) },
  ] as const) {
    const rows = await own.run(settleJobItems, { jobId, items: [{ ...item, ...moved }] });
    expect(rows).toEqual([{ moved: 1 }]);
  }
  await own.close();
  const done = await until((await create({ query: '/subject:user:copiedquark' })).id, 'done');
  expect(done.counts).toMatchObject({ erased: 1, invocations: 2, attempts: 2 });
  expect(await tablesWith('copiedquark')).toEqual([]);
  for (const [path, id] of [
    ['events', event.id],
    ['invocations', copyId],
  ] as const) {
    const { body } = await node.call('GET', `/v1/${path}/${id}`);
    expect(body[path.slice(0, -1)]).toMatchObject({ erased_at: expect.any(String) });
  }
});

test('answers go where their events are no longer kept', async () => {
  const scene = await stage.scene({ breaker: null });
  echoing(scene, 200);
  const { invocations } = await publish(scene.type, 'answerquark');
  await stage.until(scene.webhookId, { success: 1 });
  await database('delete from event where type = $1', [scene.type]);
  expect(await tablesWith('answerquark')).toContain('attempt');
  const query = `webhook:${scene.webhookId}`;
  const done = await until((await create({ query })).id, 'done');
  expect(done.counts).toMatchObject({ selected: 1, erased: 1, invocations: 1, attempts: 1 });
  expect(await tablesWith('answerquark')).toEqual([]);
  const shown = await node.call('GET', `/v1/invocations/${invocations[0]?.id}`);
  expect(shown.body.invocation).toMatchObject({ erased_at: expect.any(String) });
});

test('what came to an event while it was erased goes the next time', async () => {
  const scene = await stage.scene({ breaker: null });
  echoing(scene, 200);
  await publish(scene.type, 'betweenquark');
  await stage.until(scene.webhookId, { success: 1 });
  await database('update event set body = null, erased_at = now() where type = $1', [scene.type]);
  const query = `webhook:${scene.webhookId}`;
  const done = await until((await create({ query })).id, 'done');
  expect(done.counts).toMatchObject({ erased: 1, attempts: 1, skipped: 0 });
  expect(await tablesWith('betweenquark')).not.toContain('attempt');
  const again = await until((await create({ query })).id, 'done');
  expect(again.counts).toMatchObject({ erased: 0, skipped_by_reason: { 'erased before': 1 } });
});

test('a batch whose reading takes long is written before the lease ends', async () => {
  const jobId = newId(Date.now());
  const ids = [1, 2, 3].map(() => newId(Date.now()));
  await database(
    `insert into erase_item (job_id, webhook_id, id, archived)
    select $1, $2, id, false from unnest($3::uuid[]) as id`,
    [jobId, NO_WEBHOOK, ids].map((one) =>
      Array.isArray(one) ? one.map(uuidFromId) : uuidFromId(one),
    ),
  );
  const own = openDatabase(stage.databaseUrl, { connections: 1, log: pino({ level: 'silent' }) });
  const job = (needsRenewal: boolean) => ({
    id: jobId,
    accountId: 1,
    database: own,
    needsRenewal,
    row: { progress: NEW_ERASURE },
    moveBy: (work: (runner: Runner) => Promise<unknown>) => own.transaction(work),
  });
  const waiting = async () =>
    (
      await database(`select from erase_item where job_id = $1 and state = 'pending'`, [
        uuidFromId(jobId),
      ])
    ).length;
  for (const [needsRenewal, left] of [
    [true, 2],
    [false, 0],
  ] as const) {
    await eraseBatch({ directory: undefined as never }, job(needsRenewal) as never);
    expect(await waiting()).toBe(left);
  }
  await own.close();
});

test('the payload of a direct invocation goes out of the URL as well', async () => {
  const { receiver } = await stage.scene();
  const created = await node.call('POST', '/api/v2/webhooks', {
    webhook: {
      name: 'direct',
      endpoint: `${receiver.url}/hook`,
      http_method: 'GET',
      request_format: 'json',
      status: 'active',
      subscriptions: ['conditional_ticket_events'],
    },
  });
  const { id } = created.body.webhook;
  const invoked = await node.call('POST', `/v1/webhooks/${id}/invocations`, {
    payload: [['name', 'directquark']],
  });
  expect(invoked.status, JSON.stringify(invoked.body)).toBeLessThan(300);
  await stage.until(id, { success: 1 });
  expect(await tablesWith('directquark')).toContain('attempt');
  const done = await until((await create({ query: `webhook:${id}` })).id, 'done');
  expect(done.counts).toMatchObject({ erased: 1, attempts: 1 });
  expect(await tablesWith('directquark')).toEqual([]);
});

test('a job that is paused and resumed goes on, and a cancelled one keeps no value of its query', async () => {
  const scene = await stage.scene({ breaker: null });
  echoing(scene, 200);
  for (let count = 0; count < 3; count++) await publish(scene.type, 'pausedquark');
  await stage.until(scene.webhookId, { success: 3 });
  const lease = `update job set leased_until = now() + interval '1 hour' where kind = 'erase'`;
  const query = '/subject:user:pausedquark';
  const job = await create({ query });
  await node.call('POST', `/v1/jobs/${job.id}/pause`);
  await node.call('POST', `/v1/jobs/${job.id}/resume`);
  const done = await until(job.id, 'done');
  expect(done.counts).toMatchObject({ selected: 3, position: 3 });
  expect(await tablesWith('pausedquark')).toEqual([]);
  await database(lease);
  const other = await create({ query: '/subject:user:cancelledquark' });
  await node.call('POST', `/v1/jobs/${other.id}/cancel`);
  await eventually('the query to be masked', async () => {
    return (await tablesWith('cancelledquark')).length === 0;
  });
});

describe('what is refused', () => {
  test.each([
    [{}, 'query', 'must have a term, or "all": true must be given to erase everything'],
    [{ query: 'type:x.y.z', rate: 5 }, 'rate', 'is of a replay only'],
    [{ query: 'type:x.y.z', of: 'events' }, 'of', 'is of an export only'],
    [{ query: '/unknown:1' }, 'query', '/unknown'],
    [{ query: 'xylophon' }, 'query', 'text'],
  ])('%j', async (body, field, text) => {
    const answer = await node.call('POST', '/v1/jobs', { kind: 'erase', ...body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0]).toMatchObject({ field });
    expect(answer.body.errors[0].message).toContain(text);
  });
});
