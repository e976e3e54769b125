import type { Query } from '@hooktrail/sdk/query';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDirectory } from '../../directory/create-directory.ts';
import { estimateExport } from '../../jobs/export/estimate-export.ts';
import { estimateReplay } from '../../jobs/replay/estimate-replay.ts';
import { newId, uuidFromId } from '../../model/ids.ts';
import { laneOf } from '../../model/lanes.ts';
import { DAY_MS, MINUTE_MS } from '../../model/time-units.ts';
import { createSecretBox } from '../../secrets/secret-box.ts';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
let webhookId: string;

beforeAll(async () => {
  api = await startTestApi();
  webhookId = (await api.webhook({ name: 'jobs' })).id;
});
afterAll(() => api.stop());

const REPLAY = { kind: 'replay', query: 'state:undelivered' };
const create = (body: object = {}, token = 'admin-1') =>
  api.call('POST', '/v1/jobs', { ...REPLAY, ...body }, { token });

async function made(body: object = {}) {
  const answer = await create(body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.job;
}

describe('bad input of an export', () => {
  const EXPORT = { kind: 'export', of: 'invocations', query: 'state:undelivered' };
  it.each<[string, object, string, RegExp]>([
    ['no rows named', { of: undefined }, 'of', /must be one of invocations, attempts, events$/],
    ['unknown rows', { of: 'webhooks' }, 'of', /invocations, attempts, events/],
    ['an unknown format', { format: 'xml' }, 'format', /ndjson, csv/],
    ['an unknown role', { role: 'publish' }, 'role', /admin, read/],
    ['bodies of invocations', { bodies: true }, 'bodies', /invocations have no body/],
    ['the rate of a replay', { rate: 5 }, 'rate', /is of a replay only/],
    ['a canary', { canary: { count: 1, success_share: 1 } }, 'canary', /is of a replay only/],
    ['a target', { target_webhook_id: 'x' }, 'target_webhook_id', /is of a replay only/],
    ['an empty query', { query: '' }, 'query', /"all": true must be given to export everything/],
    ['a syntax error, with its place', { query: 'status:failed code:9x' }, 'query', /character 20/],
    ['words', { query: '"order 4"' }, 'query', /words and phrases/],
    [
      'what events do not have',
      { of: 'events', query: 'status:failed' },
      'query',
      /field status: an export of events cannot serve what only invocations have/,
    ],
  ])('refuses %s', async (_, body, field, message) => {
    const answer = await api.call('POST', '/v1/jobs', { ...EXPORT, ...body });
    expect(answer.status, JSON.stringify(answer.body)).toBe(422);
    expect(answer.body.errors[0].field).toBe(field);
    expect(answer.body.errors[0].message).toMatch(message);
  });

  it('refuses what only exports have', async () => {
    const answer = await create({ of: 'events', format: 'csv' });
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map(({ field }: { field: string }) => field)).toEqual([
      'of',
      'format',
    ]);
  });

  it('has no files for others, of replays, or beyond the last', async () => {
    const { body } = await api.call('POST', '/v1/jobs', EXPORT);
    const { id } = body.job;
    const replay = (await made()).id;
    for (const [path, token] of [
      [`${id}/files`, 'admin-2'],
      [`${id}/files/1`, 'admin-2'],
      [`${id}/files/1`, 'admin-1'],
      [`${id}/files/0`, 'admin-1'],
      [`${id}/files/x`, 'admin-1'],
      [`${replay}/files`, 'admin-1'],
      [`${replay}/files/1`, 'admin-1'],
      ['x/files', 'admin-1'],
    ] as const) {
      const answer = await api.call('GET', `/v1/jobs/${path}`, undefined, { token });
      expect([path, answer.status]).toEqual([path, 404]);
    }
    const other = await api.call('DELETE', `/v1/jobs/${id}/files`, undefined, { token: 'admin-2' });
    expect(other.status).toBe(404);
    const early = await api.call('DELETE', `/v1/jobs/${id}/files`);
    expect([early.status, early.body.error.message]).toEqual([
      409,
      'this job is waiting: cancel it, and its files are deleted',
    ]);
    const none = await api.call('DELETE', `/v1/jobs/${replay}/files`);
    expect([none.status, none.body.error.code]).toEqual([409, 'JobConflict']);
    for (const one of [id, replay]) await api.call('POST', `/v1/jobs/${one}/cancel`);
  });
});

describe('bad input', () => {
  it.each<[string, object, string, RegExp]>([
    ['an unknown field', { speed: 3 }, 'speed', /speed/],
    ['an unknown kind', { kind: 'import' }, 'kind', /kind/],
    ['rate 0', { rate: 0 }, 'rate', /rate/],
    ['a rate that is no whole number', { rate: 1.5 }, 'rate', /rate/],
    ['a rate beyond the limit', { rate: 1_001 }, 'rate', /1000/],
    ['max 0', { max: 0 }, 'max', /max/],
    ['max beyond the limit', { max: 1_000_001 }, 'max', /1000000/],
    [
      'a canary larger than max',
      { max: 5, canary: { count: 6, success_share: 0.5 } },
      'canary.count',
      /^canary\.count must not be more than max, which is 5$/,
    ],
    ['a canary without a share', { canary: { count: 6 } }, 'canary.success_share', /required/],
    [
      'a share above 1',
      { stop_on: { failure_share: 1.5, of_last: 5 } },
      'stop_on.failure_share',
      /failure_share/,
    ],
    ['an unknown order', { order: 'random' }, 'order', /order/],
    ['an empty query', { query: '' }, 'query', /"all": true/],
    ['an empty query in JSON', { query: [] }, 'query', /"all": true/],
    ['no query', { query: undefined }, 'query', /"all": true/],
    ['a syntax error, with its place', { query: 'status:failed code:9x' }, 'query', /character 20/],
    ['a name that is nearly one', { query: 'statos:failed' }, 'query', /did you mean "status"/],
    ['a wrong term in JSON', { query: [{ field: 'status', values: ['no'] }] }, 'query', /status/],
    ['words, which no job serves', { query: '"order 4"' }, 'query', /words and phrases/],
    ['a target that is none', { target_webhook_id: 'x' }, 'target_webhook_id', /got x$/],
    ['a text that cannot be stored', { reason: '\u0000' }, 'reason', /U\+0000/],
  ])('refuses %s', async (_, body, field, message) => {
    const answer = await create(body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(422);
    expect(answer.body.errors[0].field).toBe(field);
    expect(answer.body.errors[0].message).toMatch(message);
  });

  it('refuses a target of another account, or an inactive one', async () => {
    const foreign = await api.webhook({}, 'admin-2');
    const other = await create({ target_webhook_id: foreign.id });
    expect([other.status, other.body.errors[0].message]).toEqual([
      422,
      `target_webhook_id must be the id of a webhook of this account, got ${foreign.id}`,
    ]);
    const inactive = await api.webhook({ status: 'inactive' });
    const answer = await create({ target_webhook_id: inactive.id });
    expect([answer.status, answer.body.errors[0].message]).toEqual([
      422,
      `target_webhook_id must be an active webhook: ${inactive.id} is inactive, set its status to active first`,
    ]);
  });

  it('answers 404 for a job of another account, and for what is no id', async () => {
    const { id } = await made();
    for (const [method, path, body] of [
      ['GET', ''],
      ['GET', '/skipped'],
      ['PATCH', '', { rate: 1 }],
      ['POST', '/pause'],
      ['POST', '/resume'],
      ['POST', '/cancel'],
    ] as const) {
      for (const one of [id, 'nonsense', newId(Date.now())]) {
        const answer = await api.call(method, `/v1/jobs/${one}${path}`, body, { token: 'admin-2' });
        expect(answer.status, `${method} ${path}`).toBe(404);
      }
    }
    await api.call('POST', `/v1/jobs/${id}/cancel`);
  });
});

describe('a job', () => {
  it('is made with everything frozen, and audited', async () => {
    const job = await made({
      query: 'since:2h webhook:jobs',
      canary: { count: 5, success_share: 0.5 },
      reason: 'outage',
    });
    expect(job).toMatchObject({ state: 'waiting', rate: 20, order: 'oldest', reason: 'outage' });
    const [since] = job.query;
    expect(since.values[0]).toMatch(/^\d{4}-.*Z$/);
    const { body } = await api.call('GET', '/v1/audit?filter[operation]=createJob');
    expect(body.audit[0]).toMatchObject({ target: { type: 'job', id: job.id }, by: 'token' });
    expect((await api.call('GET', '/v1/jobs')).body.jobs[0].id).toBe(job.id);
    const patched = await api.call('PATCH', `/v1/jobs/${job.id}`, { rate: 7 });
    expect([patched.status, patched.body.job.rate]).toEqual([200, 7]);
    const changes = await api.call('GET', '/v1/audit?filter[operation]=changeJob');
    expect(changes.body.audit[0]).toMatchObject({
      target: { type: 'job', id: job.id },
      changes: [{ field: 'rate', from: 20, to: 7 }],
    });
    await api.call('POST', `/v1/jobs/${job.id}/cancel`);
  });

  it('changes its state only where the state allows it, and says which it has', async () => {
    const { id } = await made();
    const post = async (verb: string) => {
      const { body, status } = await api.call('POST', `/v1/jobs/${id}/${verb}`);
      return [status, body.job?.state ?? body.error.message];
    };
    expect(await post('resume')).toEqual([409, 'this job is waiting: it is not paused']);
    expect(await post('pause')).toEqual([200, 'paused']);
    expect(await post('pause')).toEqual([409, 'this job is paused already']);
    expect(await post('resume')).toEqual([200, 'waiting']);
    expect(await post('cancel')).toEqual([200, 'cancelled']);
    for (const [verb, done] of [
      ['cancel', 'cancelled'],
      ['pause', 'paused'],
      ['resume', 'resumed'],
    ] as const) {
      const message = `this job is cancelled: it cannot be ${done} any more`;
      expect(await post(verb)).toEqual([409, message]);
    }
    const patched = await api.call('PATCH', `/v1/jobs/${id}`, { rate: 3 });
    expect([patched.status, patched.body.error.code]).toEqual([409, 'JobConflict']);
    for (const operation of ['pauseJob', 'resumeJob', 'cancelJob']) {
      const { body } = await api.call('GET', `/v1/audit?filter[operation]=${operation}`);
      expect(body.audit.some((row: { target: { id: string } }) => row.target.id === id)).toBe(true);
    }
  });

  it('is for admins to make, and for readers to look at', async () => {
    expect((await create({}, 'read-1')).status).toBe(403);
    expect((await create({}, 'publish-1')).status).toBe(403);
    expect((await api.call('GET', '/v1/jobs', undefined, { token: 'read-1' })).status).toBe(200);
  });

  it('is one of at most 20 that have not ended', async () => {
    const ids: string[] = [];
    for (;;) {
      const answer = await create();
      if (answer.status !== 201) {
        expect([answer.status, answer.body.error.code]).toEqual([409, 'TooManyJobs']);
        break;
      }
      ids.push(answer.body.job.id);
    }
    expect(ids.length).toBeLessThanOrEqual(20);
    expect(ids.length).toBeGreaterThan(15);
    expect((await create({ dry_run: true })).status).toBe(200);
    for (const id of ids) await api.call('POST', `/v1/jobs/${id}/cancel`);
    await made();
  });
});

describe('a dry run', () => {
  it('counts by webhook and status, and what would be skipped', async () => {
    const held = await api.webhook({ name: 'held' });
    await api.call('POST', `/v1/webhooks/${held.id}/pause`);
    for (const [id, status] of [
      [held.id, 'failed'],
      [held.id, 'timeout'],
      [webhookId, 'failed'],
      [webhookId, 'success'],
    ] as const) {
      await api.invocation(id, { status });
    }
    const { body } = await create({
      query: `webhook:${held.id},${webhookId}`,
      dry_run: true,
      rate: 1,
    });
    expect(body).toEqual({
      estimate: {
        exact: true,
        counted: 3,
        invocations: 3,
        by_status: { failed: 2, timeout: 1 },
        webhooks: [
          {
            webhook: { id: held.id, name: 'held' },
            invocations: 2,
            by_status: { failed: 1, timeout: 1 },
            held_by: 'paused',
          },
          {
            webhook: { id: webhookId, name: 'jobs' },
            invocations: 1,
            by_status: { failed: 1 },
          },
        ],
        webhooks_count: 2,
        already_delivered: 1,
        bodies_gone: 3,
        archived: 0,
        expected_duration_s: 2,
      },
    });
  });

  it('counts 10,000, and estimates what is beyond from the span that they cover', async () => {
    const many = await api.webhook({ name: 'many' });
    const nowMs = Date.now();
    // 15,000 of them evenly over 100 minutes, every fifth a success.
    await api.sql(
      `insert into invocation (lane, id, webhook_id, event_id, event_type, status, attempts_count, latest_at)
select
  $1, (lpad(to_hex($3::bigint - n * 400), 12, '0') || '7000' || lpad(to_hex(n), 16, '0'))::uuid, $2,
  gen_random_uuid(), 'a.b', (case when n % 5 = 0 then 'success' else 'timeout' end)::delivery_status, 1,
  now()
from generate_series(1, 15000) n`,
      [laneOf(many.id), uuidFromId(many.id), nowMs],
    );
    const ask = async (given: object) =>
      (
        await create({
          query: [
            { field: 'webhook', values: [many.id] },
            { field: 'since', values: [new Date(nowMs - 100 * MINUTE_MS).toISOString()] },
          ],
          dry_run: true,
          ...given,
        })
      ).body.estimate;
    for (const order of ['oldest', 'newest']) {
      const estimate = await ask({ order });
      expect(estimate).toMatchObject({ exact: false, counted: 10_000, webhooks_count: 1 });
      expect(estimate.invocations).toBeGreaterThan(11_500);
      expect(estimate.invocations).toBeLessThan(12_500);
      expect(estimate.by_status).toEqual({ timeout: estimate.invocations });
      expect(estimate.already_delivered).toBeGreaterThan(2_800);
      expect(estimate.already_delivered).toBeLessThan(3_200);
      expect(estimate.expected_duration_s).toBe(Math.ceil(estimate.invocations / 20));
    }
    // No more than it selects, and exact again where that was counted.
    expect(await ask({ max: 11_000 })).toMatchObject({ exact: false, invocations: 11_000 });
    expect(await ask({ max: 500 })).toMatchObject({ exact: true, invocations: 500 });

    // Where the time is over, after the first page.
    const secrets = createSecretBox(Buffer.alloc(32, 7));
    const { database } = api;
    const directory = createDirectory({ database, secrets, onWebhook: () => undefined });
    await directory.reload();
    const clock = { now: () => Date.now() };
    const parts = { clock, database, directory, oneLane: false, retentionDays: 7 };
    const query: Query = [{ field: 'webhook', values: [many.id] }];
    const spec = { query, before_ms: Date.now(), order: 'oldest', max: 20_000, rate: 20 } as const;
    const { exact, read } = await estimateReplay(
      { ...parts, heldBy: () => undefined, way: { refusals: async () => new Map() } },
      1,
      { ...spec, canary: null, stop_on: null, target_webhook_id: null, include_succeeded: true },
      0,
    );
    expect(exact).toBe(false);
    expect(read).toBeLessThanOrEqual(1_000);
    const asked = { of: 'invocations', format: 'csv', bodies: false, role: 'admin' } as const;
    const exported = await estimateExport(parts, 1, { ...spec, ...asked }, 0);
    expect(exported.exact).toBe(false);
    expect(exported.read).toBeLessThanOrEqual(1_000);
  });

  it('estimates what is beyond 10,000 events from the span that the query has', async () => {
    const type = 'test.many.events';
    const endMs = Date.now() - 2 * DAY_MS;
    await api.sql(
      `insert into event (account_id, lane, id, type, body)
select 1, $1, (lpad(to_hex($2::bigint - n * 400), 12, '0') || '7000' || lpad(to_hex(n), 16, '0'))::uuid, $3, '{}'
from generate_series(1, 12000) n`,
      [laneOf(webhookId), endMs, type],
    );
    const query = `type:${type} until:${new Date(endMs).toISOString()}`;
    const { body } = await api.call('POST', '/v1/jobs', {
      kind: 'export',
      of: 'events',
      query,
      dry_run: true,
    });
    expect(body.estimate).toMatchObject({ exact: false, counted: 10_000 });
    expect(body.estimate.rows).toBeGreaterThan(11_500);
    expect(body.estimate.rows).toBeLessThan(12_500);
  });
});
