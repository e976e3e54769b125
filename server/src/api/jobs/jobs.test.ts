import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../model/ids.ts';
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
});
