import type { ServerResponse } from 'node:http';
import { eventually } from '@hooktrail/harness/eventually';
import { answering } from '@hooktrail/harness/receiver';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Claimer } from '../deliver/claim/claimer.ts';
import { idTimeMs, uuidFromId } from '../model/ids.ts';
import { scrape } from '../testing/scrape.ts';
import { openStage, type Scene, type Stage } from '../testing/stage.ts';
import { sql, type TestNode, TOKEN } from '../testing/test-node.ts';
import { ReplayTurns } from './replay/replay-turns.ts';

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
  // A retry that came due before the end of this would send one of them again.
  const scene = await stage.scene({ breaker: null, schedule_seconds: [3_600], ...delivery });
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

/** How many ends the metrics count as withdrawn. Scrapes share an answer for half a second. */
async function withdrawnCount(): Promise<number> {
  const read = () => scrape(`${node.url}/metrics`, { authorization: `Bearer ${TOKEN}` });
  const collections = (await read()).value('hooktrail_metrics_collections_total');
  const next = await eventually('a new collection', async () => {
    const scraped = await read();
    return scraped.value('hooktrail_metrics_collections_total') > collections && scraped;
  });
  return next.value('hooktrail_invocations_finished_total', { outcome: 'withdrawn' });
}

/** What a dry run says that each webhook would be held by. */
async function heldBy(body: object): Promise<(string | undefined)[]> {
  const asked = { kind: 'replay', dry_run: true, ...body };
  const answer = await node.call('POST', '/v1/jobs', asked);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body.estimate.webhooks.map(({ held_by: held }: { held_by?: string }) => held);
}

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
    const skippedOf = (id: string) => ({
      webhook_id: scene.webhookId,
      id,
      created_at: new Date(idTimeMs(id)).toISOString(),
    });
    expect(skipped).toEqual([
      { ...skippedOf(changed), reason: 'changed since' },
      { ...skippedOf(gone), reason: 'body gone' },
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
      // The rest would take twelve seconds, on a busy machine too.
      rate: 5,
      stop_on: { failure_share: 0.5, of_last: 5 },
    });
    const stopped = await settled(job.id, 'stopped');
    expect(stopped.reason_code).toBe('stop_on');
    expect(stopped.counts.failed).toBeGreaterThanOrEqual(5);
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
    // From a copy to its origin, and back.
    expect(invocation).toMatchObject({
      job_id: job.id,
      copied_from: { webhook_id: scene.webhookId, id: expect.toBeOneOf(ids) },
    });
    expect(invocation.copied_to).toBeUndefined();
    const origin = (await node.call('GET', `/v1/invocations/${invocation.copied_from.id}`)).body;
    expect(origin.invocation.copied_to).toEqual({ webhook_id: target.webhookId, id: copies[0].id });
    expect(origin.invocation.job_id).toBeUndefined();
    const [request] = target.receiver.requestsOf(copies[0].id);
    expect(request?.headers['x-zendesk-webhook-id']).toBe(target.webhookId);
  });

  test('takes back copies that were not sent, when it is paused or cancelled, and makes new ones', async () => {
    const { scene } = await lost(6);
    const countedBefore = await withdrawnCount();
    const target = await stage.scene();
    const path = `/v1/webhooks/${target.webhookId}`;
    // Nothing is claimed for it, while a job that does not know yet makes copies.
    await stage.rules(target.webhookId, { rate_limit: { requests: 1, seconds: 3_600 } });
    const job = await create({
      query: `webhook:${scene.webhookId}`,
      target_webhook_id: target.webhookId,
      rate: 1_000,
    });
    const post = (verb: string) => node.call('POST', `/v1/jobs/${job.id}/${verb}`);
    await eventually('all copies', async () => (await show(job.id)).counts.sent === 6);
    await eventually('the permit', async () => target.receiver.requests.length === 1);
    expect((await post('pause')).status).toBe(200);
    const paused = await settled(job.id, 'paused');
    expect(paused.counts).toMatchObject({ sent: 1, succeeded: 1, waiting: 5 });
    const withdrawn = `/v1/invocations?q=reason:withdrawn%20webhook:${target.webhookId}`;
    const { invocations } = (await node.call('GET', withdrawn)).body;
    expect(invocations).toHaveLength(5);
    expect(await withdrawnCount()).toBe(countedBefore + 5);
    expect(invocations[0]).toMatchObject({
      status: 'failed',
      state: 'final',
      reason: 'not sent: its job was paused, stopped or cancelled before',
    });
    // Nobody sends them again: their origins are what was lost.
    const { estimate } = (
      await node.call('POST', '/v1/jobs', {
        kind: 'replay',
        query: `webhook:${target.webhookId}`,
        dry_run: true,
      })
    ).body;
    expect(estimate).toMatchObject({ invocations: 0, already_delivered: 1 });
    await stage.rules(target.webhookId, {});
    expect((await post('resume')).status).toBe(200);
    const done = await until(job.id, 'done');
    expect(done.counts).toMatchObject({ selected: 6, sent: 6, succeeded: 6 });
    expect(target.receiver.requests).toHaveLength(6);
    const listed = (await node.call('GET', `/v1/invocations?q=job:${job.id}`)).body.invocations;
    expect(listed).toHaveLength(6);
    expect((await node.call('GET', `${path}/health`)).status).toBe(200);
  });

  test('skips what was to go to a webhook that was deleted, or became inactive, meanwhile', async () => {
    const { scene } = await lost(3);
    const counts: unknown[] = [];
    for (const end of ['delete', 'inactive']) {
      const target = await stage.scene();
      await node.call('POST', `/v1/webhooks/${target.webhookId}/pause`);
      const job = await create({
        query: `webhook:${scene.webhookId}`,
        target_webhook_id: target.webhookId,
      });
      await until(job.id, 'running');
      const path = `/api/v2/webhooks/${target.webhookId}`;
      if (end === 'delete') await node.call('DELETE', path);
      else await node.call('PATCH', path, { webhook: { status: 'inactive' } });
      const done = await until(job.id, 'done');
      counts.push(done.counts.skipped_by_reason);
      const again = await node.call('POST', `/v1/jobs/${job.id}/pause`);
      expect([again.status, again.body.error.message]).toEqual([
        409,
        'this job is done: it cannot be paused any more',
      ]);
    }
    expect(counts).toEqual([{ 'target deleted': 3 }, { 'target inactive': 3 }]);
  });

  test('lists what it sent in both orders, page by page, while and after it works', async () => {
    const scenes = [await lost(8), await lost(7)];
    for (const { scene } of scenes) scene.receiver.behave(answering(200));
    const among = scenes.map(({ scene }) => scene.webhookId).join();
    const job = await create({ query: `webhook:${among}`, rate: 1_000, max: 12 });
    const walk = async (sort: string, q = `job:${job.id}`): Promise<string[]> => {
      const found: string[] = [];
      let url = `/v1/invocations?q=${encodeURIComponent(q)}&sort=${sort}&page[size]=5`;
      for (;;) {
        const { body } = await node.call('GET', url);
        found.push(...body.invocations.map(({ id }: { id: string }) => id));
        if (!body.meta.has_more) return found;
        url = body.links.next.slice(node.url.length);
      }
    };
    const [some] = await Promise.all([walk('created'), until(job.id, 'done')]);
    expect(new Set(some).size).toBe(some.length);
    const all = scenes.flatMap(({ ids }) => ids).sort();
    const selected = all.slice(0, 12);
    expect(await walk('created')).toEqual(selected);
    expect(await walk('-created')).toEqual(selected.toReversed());
    const [first] = scenes as [{ scene: Scene; ids: string[] }];
    const ofFirst = selected.filter((id) => first.ids.includes(id));
    const narrowed = `job:${job.id} webhook:${first.scene.webhookId} status:success`;
    expect(await walk('created', narrowed)).toEqual(ofFirst);
    expect(await walk('created', `job:${job.id} status:timeout`)).toEqual([]);
    expect((await walk('-latest')).sort()).toEqual(selected);
    // As found without its items, which are deleted with the invocations.
    await sql(stage.databaseUrl, 'update job set items_cleared = true where id = $1', [
      uuidFromId(job.id),
    ]);
    expect(await walk('created')).toEqual(selected);
  });

  test('pauses, takes back what is due, changes its rate, resumes and is cancelled', async () => {
    // At two a second it takes fifty seconds, more than calls take on a busy machine.
    const { scene, ids } = await lost(100);
    // Its endpoint answers some, so the job cannot be done, however long the calls take.
    let answers = 1;
    const held: ServerResponse[] = [];
    scene.receiver.behave((_, response) => {
      if (answers-- > 0) response.end();
      else held.push(response);
    });
    const answerHeld = () => {
      for (const response of held.splice(0)) response.end();
    };
    const job = await create({ query: `webhook:${scene.webhookId}`, rate: 1 });
    await eventually('the first', async () => (await show(job.id)).counts.succeeded > 0);
    const post = (verb: string) => node.call('POST', `/v1/jobs/${job.id}/${verb}`);
    expect((await post('pause')).body.job.state).toBe('paused');
    expect((await post('pause')).status).toBe(409);
    const { counts } = await eventually(
      'the job to be paused, with nothing in flight',
      async () => {
        answerHeld();
        const paused = await show(job.id);
        return paused.state === 'paused' && paused.counts.in_flight === 0 ? paused : undefined;
      },
    );
    const patched = await node.call('PATCH', `/v1/jobs/${job.id}`, { rate: 2 });
    expect(patched.body.job.rate).toBe(2);
    answers = 1;
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
    const end = await eventually('the job to have nothing in flight', async () => {
      answerHeld();
      const ended = await show(job.id);
      return ended.counts.in_flight === 0 ? ended : undefined;
    });
    expect(Math.max(...received(scene, ids))).toBe(2);
    // What was held for too long has failed.
    const { failed, succeeded } = end.counts;
    expect(received(scene, ids).filter((count) => count === 2)).toHaveLength(succeeded + failed);
    expect(succeeded + failed).toBeLessThan(100);
  });

  test('gives back what it does not send at the time of its schedule, though that is over', async () => {
    const { receiver, type, webhookId } = await stage.scene({
      breaker: null,
      schedule_seconds: [3_600, 3_600],
    });
    receiver.behave(answering(500));
    await stage.publish(node, type, 2);
    await stage.until(webhookId, { 'server error': 2 });
    await stage.rules(webhookId, { rate_limit: { requests: 1, seconds: 3_600 } });
    const job = await create({ query: `webhook:${webhookId}` });
    await eventually('one to be sent', () => receiver.requests.length === 3);
    await stage.until(webhookId, { throttled: 1 });
    const [waiting] = await sql<{ ms: number }>(
      stage.databaseUrl,
      `update invocation set resume_at = date_trunc('milliseconds', now() - interval '10 minutes')
      where webhook_id = $1 and status = 'throttled'
      returning (extract(epoch from resume_at) * 1000)::float8 as ms`,
      [uuidFromId(webhookId)],
    );
    const note = vi.spyOn(Claimer.prototype, 'note');
    await node.call('POST', `/v1/jobs/${job.id}/cancel`);
    await settled(job.id, 'cancelled');
    expect(note).toHaveBeenCalledWith(webhookId, waiting?.ms);
    note.mockRestore();
  });

  test('sends what comes back while another webhook waits', async () => {
    const paused = await lost(1);
    await node.call('POST', `/v1/webhooks/${paused.scene.webhookId}/pause`);
    // It has one permit: the second one waits behind it.
    const limited = await lost(2, { rate_limit: { requests: 3, seconds: 3_600 } });
    const { webhookId, receiver } = limited.scene;
    receiver.behave(answering(200));
    const job = await create({ query: `webhook:${webhookId},${paused.scene.webhookId}` });
    await eventually('both', async () => (await show(job.id)).counts.sent === 2);
    await stage.until(webhookId, { success: 1, throttled: 1 });
    const take = vi.spyOn(ReplayTurns.prototype, 'take');
    await eventually('turns in which nothing of it is left', () => take.mock.calls.length > 5);
    take.mockRestore();
    const waits = `from invocation where webhook_id = $1 and status = 'throttled'`;
    await sql(
      stage.databaseUrl,
      `with waiting as (
        update invocation set due_at = null, manual = false, by_job = false, attempts_count = 2
        where webhook_id = $1 and status = 'throttled' returning id, lane
      )
      update attempt a set number = 2, reason = 'not counted: a test' from waiting w
      where a.lane = w.lane and a.invocation_id = w.id`,
      [uuidFromId(webhookId)],
    );
    await eventually('it to be due again', async () => {
      const [{ count } = { count: 0 }] = await sql<{ count: number }>(
        stage.databaseUrl,
        `select count(*)::integer ${waits} and manual and by_job`,
        [uuidFromId(webhookId)],
      );
      return count === 1;
    });
    await node.call('POST', `/v1/jobs/${job.id}/cancel`);
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

  test('goes on with its canary among others when a webhook becomes inactive', async () => {
    const slow = await lost(5, { concurrency: 1 });
    const other = await lost(8);
    const answers: ServerResponse[] = [];
    slow.scene.receiver.behave((_, response) => answers.push(response));
    other.scene.receiver.behave(answering(200));
    const job = await create({
      query: `webhook:${slow.scene.webhookId},${other.scene.webhookId}`,
      rate: 100,
      canary: { count: 8, success_share: 0.1 },
    });
    await eventually('the canary to be sent', async () => (await show(job.id)).counts.sent === 8);
    const path = `/api/v2/webhooks/${slow.scene.webhookId}`;
    await node.call('PATCH', path, { webhook: { status: 'inactive' } });
    for (const answer of answers) answer.end();
    const done = await until(job.id, 'done');
    expect(received(other.scene, other.ids)).toEqual(other.ids.map(() => 2));
    expect(done.canary).toMatchObject({ passed: true });
    const { selected, skipped, succeeded } = done.counts;
    expect([selected, succeeded + skipped]).toEqual([13, 13]);
    expect(skipped).toBeGreaterThan(0);
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
    expect(await heldBy({ query: `webhook:${scene.webhookId}` })).toEqual(['breaker']);
    scene.receiver.behave(answering(200));
    const done = await until(job.id, 'done');
    expect(done.counts.succeeded + done.counts.failed).toBe(12);
    expect(done.counts.succeeded).toBeGreaterThan(0);
  });

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

test('tells beforehand which webhooks hold back or skip what they would get', async () => {
  const { scene } = await lost(1);
  const { scene: target } = await lost(1);
  const query = `webhook:${scene.webhookId}`;
  expect(await heldBy({ query })).toEqual([undefined]);
  const set = (status: string) =>
    node.call('PATCH', `/api/v2/webhooks/${scene.webhookId}`, { webhook: { status } });
  expect((await set('inactive')).status).toBe(204);
  await eventually('it to be inactive', async () => (await heldBy({ query }))[0] === 'inactive');
  // Where a target gets them, that decides.
  const toTarget = { query, target_webhook_id: target.webhookId };
  expect(await heldBy(toTarget)).toEqual([undefined]);
  await node.call('POST', `/v1/webhooks/${target.webhookId}/pause`);
  await eventually('a pause', async () => (await heldBy(toTarget))[0] === 'paused');
  await node.call('DELETE', `/api/v2/webhooks/${scene.webhookId}`);
  await eventually('it to be deleted', async () => (await heldBy({ query }))[0] === 'deleted');
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
  const list = (await node.call('GET', '/v1/jobs')).body.jobs;
  expect(list[0]).toMatchObject({ id: last, reason_code: 'line' });
  expect(list[1].reason_code).toBeUndefined();
  await node.call('POST', `/v1/jobs/${jobs[0].id}/cancel`);
  await until(last, 'running');
  for (const { id } of jobs) await node.call('POST', `/v1/jobs/${id}/cancel`);
});
