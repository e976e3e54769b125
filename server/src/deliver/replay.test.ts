import { eventually } from '@hooktrail/harness/eventually';
import { answering } from '@hooktrail/harness/receiver';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { uuidFromId } from '../model/ids.ts';
import { openStage, type Scene, type Stage } from '../testing/stage.ts';
import { type Answer, makeDue, sql, type TestNode } from '../testing/test-node.ts';

let stage: Stage;
let node: TestNode;

beforeAll(async () => {
  stage = await openStage();
  node = await stage.node();
});
afterAll(() => stage.close());

const pathOf = ({ webhookId }: Scene, id: string) => `/v1/webhooks/${webhookId}/invocations/${id}`;
const replay = (scene: Scene, id: string, body?: object): Promise<Answer> =>
  node.call('POST', `${pathOf(scene, id)}/replay`, body);
const show = async (scene: Scene, id: string) =>
  (await node.call('GET', pathOf(scene, id))).body.invocation;

async function attempts({ webhookId }: Scene, id: string) {
  const path = `/api/v2/webhooks/${webhookId}/invocations/${id}/attempts`;
  return (await node.call('GET', path)).body.attempts;
}

function attempted(scene: Scene, id: string, count: number) {
  return eventually(`${count} attempts`, async () => {
    const invocation = await show(scene, id);
    return invocation.attempts_count === count ? invocation : undefined;
  });
}

async function failedOnce(): Promise<{ scene: Scene; id: string }> {
  const scene = await stage.scene();
  scene.receiver.behave(answering(500));
  const [id] = await stage.publish(node, scene.type);
  await attempted(scene, id as string, 1);
  return { scene, id: id as string };
}

describe('a replay', () => {
  test('sends the same invocation once more, as the next attempt, marked manual', async () => {
    const scene = await stage.scene();
    const [id] = (await stage.publish(node, scene.type)) as [string];
    await attempted(scene, id, 1);
    const answer = await replay(scene, id);
    expect(answer.status).toBe(202);
    expect(answer.body.invocation).toMatchObject({ id, status: 'success' });
    const invocation = await attempted(scene, id, 2);
    expect(invocation).toMatchObject({ status: 'success' });
    const [first, second] = scene.receiver.requestsOf(id);
    expect(second?.body).toBe(first?.body);
    expect(await attempts(scene, id)).toMatchObject([
      { trigger: 'manual', status: 'success' },
      { trigger: 'schedule', status: 'success' },
    ]);
    expect(invocation.timeline.map(({ what }: { what: string }) => what)).toEqual([
      'accepted',
      'attempted',
      'recorded',
      'replayed',
      'attempted',
      'recorded',
    ]);
    expect(invocation.timeline[3].message).toMatch(/^requested by [0-9A-Z]{26}$/);
  });

  test('finds room while this node claims for the webhook', async () => {
    const { scene, id } = await failedOnce();
    const admin = new pg.Client({ connectionString: stage.databaseUrl });
    await admin.connect();
    await admin.query('begin');
    await admin.query('lock table invocation in share mode');
    const waiting = (count: number) =>
      eventually(`${count} statements that wait`, async () => {
        const rows = await sql(
          stage.databaseUrl,
          `select from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return rows.length >= count;
      });
    await sql(stage.databaseUrl, 'select pg_notify($1, $2)', ['hooktrail_due', scene.webhookId]);
    await waiting(1);
    const answer = replay(scene, id, { force: true });
    // It continues once the lock is released; without room it would have been answered by now.
    await Promise.race([waiting(2), answer]);
    await admin.query('commit');
    await admin.end();
    expect((await answer).status).toBe(202);
    await attempted(scene, id, 2);
  });

  test('while a retry is due: both are made once, and the schedule is unchanged', async () => {
    const { scene, id } = await failedOnce();
    const due = (await show(scene, id)).next_attempt_at;
    expect((await replay(scene, id)).status).toBe(202);
    const after = await attempted(scene, id, 2);
    expect(after.next_attempt_at).toBe(due);
    expect(after.explanation).toMatch(/Attempt 2 ended as server error with 500\. The next/);
    await makeDue(stage.databaseUrl);
    const retried = await attempted(scene, id, 3);
    expect(scene.receiver.requestsOf(id)).toHaveLength(3);
    const [third, second, first] = await attempts(scene, id);
    expect(first.reason).toMatch(/^retry 1 of 9 after [\d.]+ s, as scheduled$/);
    expect(second).toMatchObject({
      trigger: 'manual',
      reason: 'manual attempt; retry schedule unchanged',
    });
    // The second delay of the schedule, not the third.
    expect(third.reason).toMatch(/^retry 2 of 9 after [\d.]+ s/);
    const waitMs = Date.parse(retried.next_attempt_at) - Date.parse(third.completed_at);
    expect(waitMs).toBeGreaterThan(23_000);
    expect(waitMs).toBeLessThan(37_000);
  });

  test('that succeeds settles the invocation: no retry follows', async () => {
    const { scene, id } = await failedOnce();
    scene.receiver.behave(answering(204));
    await replay(scene, id);
    expect(await attempted(scene, id, 2)).toMatchObject({ status: 'success', status_code: 204 });
    await makeDue(stage.databaseUrl);
    expect(await show(scene, id)).not.toHaveProperty('next_attempt_at');
    expect(scene.receiver.requestsOf(id)).toHaveLength(2);
  });

  test('of a final invocation that fails again leaves it final', async () => {
    const scene = await stage.scene({ schedule_seconds: [] });
    scene.receiver.behave(answering(500));
    const [id] = (await stage.publish(node, scene.type)) as [string];
    expect((await attempted(scene, id, 1)).explanation).toMatch(
      /It ended as server error: retries exhausted after 1 attempt\.$/,
    );
    await replay(scene, id);
    expect(await attempted(scene, id, 2)).not.toHaveProperty('next_attempt_at');
  });

  test('of a delivered invocation that fails now: the endpoint still received it', async () => {
    const scene = await stage.scene();
    const [id] = (await stage.publish(node, scene.type)) as [string];
    await attempted(scene, id, 1);
    scene.receiver.behave(answering(500));
    await replay(scene, id);
    const after = await attempted(scene, id, 2);
    expect(after).not.toHaveProperty('next_attempt_at');
    expect(after.explanation).toBe(
      'Attempt 2 ended as server error with 500. The endpoint received it in attempt 1.',
    );
  });

  test('passes an open breaker, and its success closes it', async () => {
    const scene = await stage.scene({
      breaker: {
        window_seconds: 60,
        min_requests: 5,
        error_rate: 0.7,
        max_errors: 1_000,
        open_seconds: 60,
        max_open_seconds: 60,
      },
      // Retries that came due meanwhile would be held back as well.
      schedule_seconds: [3_600],
    });
    scene.receiver.behave(answering(500));
    const ids = await stage.publish(node, scene.type, 5);
    const state = async () =>
      (await node.call('GET', `/v1/webhooks/${scene.webhookId}/health`)).body.health.breaker.state;
    await eventually('the breaker', async () => (await state()) === 'open');
    const [waiting] = (await stage.publish(node, scene.type)) as [string];
    await stage.until(scene.webhookId, { 'circuit broken': 1 });
    scene.receiver.behave(answering(200));
    await replay(scene, ids[0] as string);
    await eventually('the breaker to close', async () => (await state()) === 'closed');
    expect(await attempted(scene, waiting, 1)).toMatchObject({ status: 'success' });
  });

  test('obeys the rate limit like any other attempt', async () => {
    const scene = await stage.scene({ rate_limit: { requests: 1, seconds: 3_600 } });
    const [id] = (await stage.publish(node, scene.type)) as [string];
    await attempted(scene, id, 1);
    const answer = await replay(scene, id);
    expect(answer.status).toBe(202);
    await stage.until(scene.webhookId, { throttled: 1 });
    await replay(scene, id, { force: true });
    expect(await attempted(scene, id, 2)).toMatchObject({ status: 'success' });
  });
});

describe('a replay with a rate limit, behind an open breaker', () => {
  const breaker = {
    window_seconds: 60,
    min_requests: 5,
    error_rate: 0.7,
    max_errors: 1_000,
    open_seconds: 60,
    max_open_seconds: 60,
  };
  const broken = async (requests: number) => {
    const rateLimit = { requests, seconds: 3_600 };
    const scene = await stage.scene({ breaker, rate_limit: rateLimit, schedule_seconds: [] });
    scene.receiver.behave(answering(500));
    const [id] = (await stage.publish(node, scene.type, 5)) as [string];
    await eventually('the breaker', async () => {
      const { body } = await node.call('GET', `/v1/webhooks/${scene.webhookId}/health`);
      return body.health.breaker.state === 'open';
    });
    return { scene, id };
  };

  test('passes the breaker if there is a permit', async () => {
    const { scene, id } = await broken(6);
    scene.receiver.behave(answering(200));
    await replay(scene, id);
    expect(await attempted(scene, id, 2)).toMatchObject({ status: 'success' });
  });

  test('waits for a permit otherwise, even if the breaker ends what it holds back', async () => {
    await node.call('PUT', '/v1/account', { account: { profile: 'zendesk' } });
    const { scene, id } = await broken(5);
    await replay(scene, id);
    await stage.until(scene.webhookId, { 'circuit broken': 1 });
    expect(await show(scene, id)).toMatchObject({
      status: 'circuit broken',
      next_attempt_at: expect.any(String),
      explanation: expect.stringMatching(/A manual attempt is due at .* It waits: the circuit/),
    });
    await node.call('PUT', '/v1/account', { account: { profile: 'durable' } });
  });
});

describe('a replay is refused', () => {
  test.each([
    ['inactive', 'WebhookInactive'],
    ['paused', 'WebhookPaused'],
  ])('while the webhook is %s, unless it is forced', async (how, code) => {
    const { scene, id } = await failedOnce();
    const path = `/api/v2/webhooks/${scene.webhookId}`;
    if (how === 'paused') await node.call('POST', `/v1/webhooks/${scene.webhookId}/pause`);
    else await node.call('PATCH', path, { webhook: { status: 'inactive' } });
    const refused = await replay(scene, id);
    expect(refused).toMatchObject({ status: 409, body: { error: { code } } });
    expect(refused.body.error.message).toMatch(/"force": true/);
    expect(scene.receiver.requestsOf(id)).toHaveLength(1);

    scene.receiver.behave(answering(200));
    expect((await replay(scene, id, { force: true })).status).toBe(202);
    expect(await attempted(scene, id, 2)).toMatchObject({ status: 'success' });
  });

  test('while an attempt is in flight', async () => {
    const scene = await stage.scene();
    const held: (() => void)[] = [];
    scene.receiver.behave((_request, response) => held.push(() => response.end()));
    const [id] = (await stage.publish(node, scene.type)) as [string];
    await eventually('the request', () => held.length === 1);
    const refused = await replay(scene, id);
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'AttemptUnderWay' } } });
    held[0]?.();
    await attempted(scene, id, 1);
  });

  test('when its event is gone, or the invocation does not exist', async () => {
    const { scene, id } = await failedOnce();
    await sql(stage.databaseUrl, 'delete from event where id = $1', [
      uuidFromId((await show(scene, id)).event_id),
    ]);
    expect(await replay(scene, id)).toMatchObject({
      status: 410,
      body: { error: { code: 'EventGone' } },
    });
    for (const missing of ['01M84BR9JE9229N47FMQ1SC2MD', 'nonsense']) {
      expect(await replay(scene, missing)).toMatchObject({ status: 404 });
      expect((await node.call('GET', pathOf(scene, missing))).status).toBe(404);
    }
    expect(await replay(scene, id, { forced: true })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'forced' }] },
    });
  });

  test('two at once make one attempt', async () => {
    const { scene, id } = await failedOnce();
    const held: (() => void)[] = [];
    scene.receiver.behave((_request, response) => held.push(() => response.end()));
    const answers = await Promise.all([replay(scene, id), replay(scene, id)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
    await eventually('the request', () => held.length === 1);
    held[0]?.();
    await attempted(scene, id, 2);
    expect(scene.receiver.requestsOf(id)).toHaveLength(2);
  });
});

describe('a replay on a node that has not heard of a change', () => {
  /** Commits a change of the account as another node does, without the notification. */
  const unheard = (statement: string, webhookId: string) =>
    sql(
      stage.databaseUrl,
      `with next as (
        update account set directory_version = directory_version + 1
        where id = (select account_id from webhook where id = $1)
        returning id, directory_version as version
      ), ${statement} select 1`,
      [uuidFromId(webhookId)],
    );
  const put = (values: string) =>
    `changed as (update webhook set ${values}, version = next.version from next where webhook.id = $1)`;

  test.each([
    [
      'deleted',
      `gone as (delete from webhook where id = $1 returning id, account_id, name),
      remembered as (
        insert into deleted_webhook (id, account_id, name, version)
        select gone.id, account_id, name, version from gone, next
      )`,
      { status: 404, body: { error: { code: 'RecordNotFound' } } },
    ],
    [
      'paused',
      put('paused_at = now()'),
      { status: 409, body: { error: { code: 'WebhookPaused' } } },
    ],
    [
      'deactivated',
      put(`status = 'inactive'`),
      { status: 409, body: { error: { code: 'WebhookInactive' } } },
    ],
  ])('is refused if the webhook was %s', async (_, statement, refusal) => {
    const { scene, id } = await failedOnce();
    await unheard(statement, scene.webhookId);
    expect(await replay(scene, id)).toMatchObject(refusal);
    expect(await replay(scene, id)).toMatchObject(refusal);
    const [row] = await sql<{ manual: boolean }>(
      stage.databaseUrl,
      'select manual from invocation where id = $1',
      [uuidFromId(id)],
    );
    expect(row).toEqual({ manual: false });
    expect(scene.receiver.requestsOf(id)).toHaveLength(1);
  });

  test('is refused though it is forced, if the webhook was deleted', async () => {
    const { scene, id } = await failedOnce();
    await unheard('gone as (delete from webhook where id = $1)', scene.webhookId);
    await sql(
      stage.databaseUrl,
      'update account set forgotten_version = directory_version', // as if its trail had expired
    );
    expect(await replay(scene, id, { force: true })).toMatchObject({ status: 404 });
    expect(scene.receiver.requestsOf(id)).toHaveLength(1);
  });

  test('is sent if another webhook was changed, to the endpoint that the webhook has now', async () => {
    const { scene, id } = await failedOnce();
    const other = await stage.scene();
    await unheard(put(`name = 'changed'`), other.webhookId);
    await unheard(put(`endpoint = '${other.receiver.url}'`), scene.webhookId);
    expect((await replay(scene, id)).status).toBe(202);
    await eventually('the request', () => other.receiver.requestsOf(id).length === 1);
    expect(scene.receiver.requestsOf(id)).toHaveLength(1);
  });
});

test('a manual attempt whose node died is made again, and leaves the schedule unchanged', async () => {
  const { scene, id } = await failedOnce();
  const due = new Date('2100-01-01T00:00:00Z');
  // As left by a node that leased it for the replay and died.
  await sql(
    stage.databaseUrl,
    `update invocation set manual = true, leased = true, resume_at = $2, due_at = now() where id = $1`,
    [uuidFromId(id), due],
  );
  await makeDue(stage.databaseUrl, { expired: true });
  const after = await attempted(scene, id, 2);
  expect(after.next_attempt_at).toBe(due.toISOString());
  expect((await attempts(scene, id))[0]).toMatchObject({ trigger: 'manual' });
});
