import { eventually } from '@hooktrail/harness/eventually';
import { answering } from '@hooktrail/harness/receiver';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { uuidFromId } from '../model/ids.ts';
import { openStage, type Scene, type Stage } from '../testing/stage.ts';
import { sql, type TestNode } from '../testing/test-node.ts';

let stage: Stage;
let node: TestNode;

beforeAll(async () => {
  stage = await openStage();
  node = await stage.node();
});
afterAll(() => stage.close());

/** A webhook whose endpoint lost so many events for good. */
async function lost(
  count: number,
  delivery: object = {},
): Promise<{ scene: Scene; ids: string[] }> {
  const scene = await stage.scene({ breaker: null, ...delivery });
  scene.receiver.behave(answering(500));
  const ids = await stage.publish(node, scene.type, count);
  await stage.until(scene.webhookId, { 'server error': count });
  await sql(
    stage.databaseUrl,
    'update invocation set due_at = null where webhook_id = $1 and due_at is not null',
    [uuidFromId(scene.webhookId)],
  );
  return { scene, ids };
}

async function create(body: object) {
  const answer = await node.call('POST', '/v1/jobs', { kind: 'replay', ...body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.job;
}

const show = async (id: string) => (await node.call('GET', `/v1/jobs/${id}`)).body.job;

function until(id: string, state: string) {
  return eventually(`the job to be ${state}`, async () => {
    const job = await show(id);
    return job.state === state ? job : undefined;
  });
}

const settled = (id: string, state: string) =>
  eventually(`the job to be ${state}, with nothing in flight`, async () => {
    const job = await show(id);
    return job.state === state && job.counts.in_flight === 0 ? job : undefined;
  });

const received = (scene: Scene, ids: readonly string[]) =>
  ids.map((id) => scene.receiver.requestsOf(id).length);

describe('a replay', () => {
  test('sends each selected invocation once more, with the job on the request and the trail', async () => {
    const { scene, ids } = await lost(30);
    scene.receiver.behave(answering(200));
    const job = await create({ query: `webhook:${scene.webhookId}`, rate: 200, reason: 'outage' });
    expect(job).toMatchObject({ state: 'waiting', reason: 'outage', rate: 200 });
    const done = await until(job.id, 'done');
    expect(done.counts).toMatchObject({
      selected: 30,
      sent: 30,
      succeeded: 30,
      failed: 0,
      skipped: 0,
      waiting: 0,
      position: 30,
    });
    expect(received(scene, ids)).toEqual(ids.map(() => 2));
    const [first, second] = scene.receiver.requestsOf(ids[0] as string);
    expect(first?.headers['x-hooktrail-job']).toBeUndefined();
    expect(second?.headers['x-hooktrail-job']).toBe(job.id);
    expect(second?.body).toBe(first?.body);
    const path = `/v1/webhooks/${scene.webhookId}/invocations/${ids[0]}`;
    const { invocation } = (await node.call('GET', path)).body;
    expect(JSON.stringify(invocation.timeline)).toContain(`by job ${job.id}, requested by `);
    const found = await node.call('GET', `/v1/invocations?q=job:${job.id}&trigger=job`);
    expect(found.body.invocations).toHaveLength(30);
    const others = await node.call(
      'GET',
      `/v1/invocations?q=-job:${job.id}%20webhook:${scene.webhookId}`,
    );
    expect(others.body.invocations).toEqual([]);
    // What it had selected is cleared away.
    await eventually('no items', async () => {
      const rows = await sql(stage.databaseUrl, 'select from job_item where job_id = $1', [
        uuidFromId(job.id),
      ]);
      return rows.length === 0;
    });
  });

  test('leaves out what was delivered, and skips what changed since or lost its body', async () => {
    const { scene, ids } = await lost(6);
    scene.receiver.behave(answering(200));
    const ok = await stage.publish(node, scene.type, 2);
    await stage.until(scene.webhookId, { success: 2 });
    await node.call('POST', `/v1/webhooks/${scene.webhookId}/pause`);
    const job = await create({ query: `webhook:${scene.webhookId}`, rate: 1_000 });
    await until(job.id, 'running');
    expect((await show(job.id)).waits_for).toMatchObject([
      { webhook: { id: scene.webhookId }, for: 'paused' },
    ]);
    const [changed, gone] = ids as [string, string];
    await sql(stage.databaseUrl, 'update invocation set attempts_count = 2 where id = $1', [
      uuidFromId(changed),
    ]);
    await sql(
      stage.databaseUrl,
      'delete from event where id = (select event_id from invocation where id = $1)',
      [uuidFromId(gone)],
    );
    await node.call('POST', `/v1/webhooks/${scene.webhookId}/resume`);
    const done = await until(job.id, 'done');
    expect(done.counts).toMatchObject({
      selected: 6,
      already_delivered: 2,
      succeeded: 4,
      skipped: 2,
      skipped_by_reason: { 'changed since': 1, 'body gone': 1 },
    });
    expect(received(scene, ok)).toEqual([1, 1]);
    const { skipped } = (await node.call('GET', `/v1/jobs/${job.id}/skipped`)).body;
    expect(skipped).toEqual([
      { webhook_id: scene.webhookId, id: changed, reason: 'changed since' },
      { webhook_id: scene.webhookId, id: gone, reason: 'body gone' },
    ]);
  });

  test('stops after a canary that fails; resumed, it sends the next one', async () => {
    const { scene, ids } = await lost(25);
    const job = await create({
      query: [{ field: 'webhook', values: [scene.webhookId] }],
      rate: 200,
      canary: { count: 5, success_share: 0.8 },
    });
    const stopped = await settled(job.id, 'stopped');
    expect(stopped).toMatchObject({ reason_code: 'canary', counts: { failed: 5, sent: 5 } });
    expect(stopped.state_reason).toMatch(/^canary: 0 of \d attempts succeeded, and 80 % of 5 /);
    expect(received(scene, ids).filter((count) => count === 2)).toHaveLength(5);
    scene.receiver.behave(answering(200));
    expect((await node.call('POST', `/v1/jobs/${job.id}/resume`)).status).toBe(200);
    const done = await until(job.id, 'done');
    expect(done.counts).toMatchObject({ failed: 5, succeeded: 20, sent: 25 });
    expect(done.canary).toMatchObject({ passed: true });
    expect(received(scene, ids)).toEqual(ids.map(() => 2));
  });

  test('stops itself at a share of failures', async () => {
    const { scene } = await lost(60);
    const job = await create({
      query: `webhook:${scene.webhookId}`,
      rate: 50,
      stop_on: { failure_share: 0.5, of_last: 10 },
    });
    const stopped = await settled(job.id, 'stopped');
    expect(stopped.reason_code).toBe('stop_on');
    expect(stopped.counts.failed).toBeGreaterThanOrEqual(10);
    expect(stopped.counts.sent).toBeLessThan(60);
  });

  test('sends to another webhook: new invocations, signed with its secret, linked to their origin', async () => {
    const { scene, ids } = await lost(4);
    const target = await stage.scene();
    const job = await create({
      query: `webhook:${scene.webhookId}`,
      target_webhook_id: target.webhookId,
      rate: 100,
    });
    const done = await until(job.id, 'done');
    expect(done.counts).toMatchObject({ selected: 4, succeeded: 4 });
    expect(received(scene, ids)).toEqual([1, 1, 1, 1]);
    const copies = (await node.call('GET', `/v1/invocations?q=job:${job.id}`)).body.invocations;
    expect(copies).toHaveLength(4);
    const path = `/v1/webhooks/${target.webhookId}/invocations/${copies[0].id}`;
    const { invocation } = (await node.call('GET', path)).body;
    const timeline = JSON.stringify(invocation.timeline);
    expect(ids.some((id) => timeline.includes(`as a copy of invocation ${id}`))).toBe(true);
    const [request] = target.receiver.requestsOf(copies[0].id);
    expect(request?.headers['x-zendesk-webhook-id']).toBe(target.webhookId);
  });

  test('pauses, takes back what is due, changes its rate, resumes and is cancelled', async () => {
    const { scene, ids } = await lost(40);
    scene.receiver.behave(answering(200));
    const job = await create({ query: `webhook:${scene.webhookId}`, rate: 1 });
    await eventually('the first', async () => (await show(job.id)).counts.succeeded > 0);
    const post = (verb: string) => node.call('POST', `/v1/jobs/${job.id}/${verb}`);
    expect((await post('pause')).body.job.state).toBe('paused');
    expect((await post('pause')).status).toBe(409);
    const { counts } = await settled(job.id, 'paused');
    const patched = await node.call('PATCH', `/v1/jobs/${job.id}`, { rate: 40 });
    expect(patched.body.job.rate).toBe(40);
    expect((await post('resume')).body.job.state).toBe('waiting');
    await eventually('more', async () => (await show(job.id)).counts.succeeded > counts.succeeded);
    const cancelled = await post('cancel');
    expect(cancelled.body.job).toMatchObject({ state: 'cancelled', ended_at: expect.any(String) });
    const again = await post('cancel');
    expect([again.status, again.body.error.message]).toEqual([
      409,
      'this job is cancelled: it cannot be cancelled any more',
    ]);
    expect((await post('resume')).status).toBe(409);
    const end = await settled(job.id, 'cancelled');
    expect(Math.max(...received(scene, ids))).toBe(2);
    expect(received(scene, ids).filter((count) => count === 2)).toHaveLength(end.counts.succeeded);
  });

  test('skips what its webhook does not get any more: deleted or inactive', async () => {
    const deleted = await lost(3);
    const inactive = await lost(3);
    const paths = [deleted, inactive].map(({ scene }) => `/api/v2/webhooks/${scene.webhookId}`);
    for (const { scene } of [deleted, inactive]) {
      await node.call('POST', `/v1/webhooks/${scene.webhookId}/pause`);
    }
    const ids = [deleted, inactive].map(({ scene }) => scene.webhookId);
    const job = await create({ query: `webhook:${ids.join(',')}` });
    await until(job.id, 'running');
    await node.call('DELETE', paths[0] as string);
    await node.call('PATCH', paths[1] as string, { webhook: { status: 'inactive' } });
    const done = await until(job.id, 'done');
    expect(done.counts.skipped_by_reason).toEqual({ 'webhook deleted': 3, 'webhook inactive': 3 });
  });

  test('respects an open breaker: one waits as its probe, and the rest follows once it is closed', async () => {
    const { scene } = await lost(12);
    await stage.rules(scene.webhookId, {
      breaker: {
        window_seconds: 10,
        min_requests: 1,
        error_rate: 0.5,
        max_errors: 1,
        open_seconds: 1,
        max_open_seconds: 1,
      },
    });
    scene.receiver.behave(answering(500));
    const job = await create({ query: `webhook:${scene.webhookId}`, rate: 2 });
    await eventually('the breaker', async () => {
      const { waits_for: waits } = await show(job.id);
      return waits?.[0]?.for === 'breaker';
    });
    expect((await show(job.id)).counts.in_flight).toBeLessThanOrEqual(1);
    scene.receiver.behave(answering(200));
    const done = await until(job.id, 'done');
    expect(done.counts.succeeded + done.counts.failed).toBe(12);
    expect(done.counts.succeeded).toBeGreaterThan(0);
  }, 60_000);

  test('tells beforehand what it would do', async () => {
    const { scene } = await lost(7);
    const answer = await node.call('POST', '/v1/jobs', {
      kind: 'replay',
      query: `webhook:${scene.webhookId}`,
      rate: 3,
      dry_run: true,
    });
    expect(answer.status).toBe(200);
    expect(answer.body.estimate).toMatchObject({
      exact: true,
      counted: 7,
      invocations: 7,
      by_status: { 'server error': 7 },
      webhooks: [{ webhook: { id: scene.webhookId }, invocations: 7 }],
      bodies_gone: 0,
      expected_duration_s: 3,
    });
    expect((await node.call('GET', '/v1/jobs')).body.jobs[0]?.rate).not.toBe(3);
  });
});

test('at most four jobs of an account are at work; the next one waits in line and says so', async () => {
  const { scene } = await lost(3);
  await node.call('POST', `/v1/webhooks/${scene.webhookId}/pause`);
  const jobs = [];
  for (let index = 0; index < 5; index++) {
    jobs.push(await create({ query: `webhook:${scene.webhookId}`, max: index + 1 }));
  }
  const last = jobs[4].id;
  for (const { id } of jobs.slice(0, 4)) await until(id, 'running');
  expect(await show(last)).toMatchObject({
    state: 'waiting',
    reason_code: 'line',
    state_reason: '4 jobs of this account are at work, and 0 wait before this one',
  });
  await node.call('POST', `/v1/jobs/${jobs[0].id}/cancel`);
  await until(last, 'running');
  for (const { id } of jobs) await node.call('POST', `/v1/jobs/${id}/cancel`);
});
