import { createHmac } from 'node:crypto';
import { eventually } from '@hooktrail/harness/eventually';
import { answering, type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SKIP_REASONS } from '../jobs/replay/skip-reason.ts';
import { idTimeMs, uuidFromId } from '../model/ids.ts';
import { makeResendable, type Resendable } from '../testing/archive/resendable.ts';
import { openStage, type Stage } from '../testing/stage.ts';
import type { TestNode } from '../testing/test-node.ts';

const SECRET = 'the-secret-of-acme';

let stage: Stage;
let node: TestNode;
let receiver: Receiver;
let acme: Resendable;
let client: pg.Client;
let names = 0;

const query = async (text: string, values?: unknown[]) => (await client.query(text, values)).rows;
const source = (options: object = {}) =>
  makeResendable(query, {
    name: `acme-${names++}`,
    endpoint: `${receiver.url}/hook`,
    secret: SECRET,
    ...options,
  });

beforeAll(async () => {
  stage = await openStage();
  node = await stage.node();
  client = new pg.Client({ connectionString: stage.databaseUrl });
  await client.connect();
  receiver = await startReceiver();
});
afterAll(async () => {
  await client.end();
  await stage.close();
  await receiver.close();
});
beforeEach(async () => {
  receiver.behave(answering(200));
  acme = await source();
});

const resend = (of: Resendable, id: string, body?: object) =>
  node.call('POST', `/v1/webhooks/${of.webhookId}/invocations/${id}/resend`, body);
const invocation = async (of: Resendable, id: string) =>
  (await node.call('GET', `/v1/webhooks/${of.webhookId}/invocations/${id}`)).body.invocation;
const undelivered = async (of: Resendable) =>
  (await node.call('GET', `/v1/invocations?q=state:undelivered webhook:${of.webhookId}`)).body
    .invocations.length;
const last = () => receiver.requests.at(-1) as Receiver['requests'][number];

describe('one', () => {
  test('sends what was sent, signed again, and records the answer beside what the service said', async () => {
    const body = '{"n": 1.50, "type":"zen:event-type:ticket.created", "text":"ä"}';
    const url = `${receiver.url}/other?page=1`;
    const id = await acme.add({
      body,
      method: 'PUT',
      url,
      headers: [
        'Content-Type',
        'application/vnd.acme+json',
        'X-Zendesk-Account-Id',
        '4711',
        'X-Zendesk-Webhook-Id',
        'their-webhook',
        'X-Zendesk-Webhook-Signature',
        '********',
        'Authorization',
        'Bearer ********',
        'X-Shop',
        'north',
      ],
    });
    receiver.behave((_request, response) => {
      response.writeHead(202, { 'x-token': 'abc' }).end('{"token":"secret","ok":true}');
    });
    expect(await undelivered(acme)).toBe(1);
    const answer = await resend(acme, id);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    const { headers, method, path, body: sent } = last();
    expect({ method, path, sent }).toEqual({ method: 'PUT', path: '/other?page=1', sent: body });
    expect(headers).toMatchObject({
      'content-type': 'application/vnd.acme+json',
      'x-zendesk-account-id': '4711',
      'x-zendesk-webhook-id': 'their-webhook',
      'x-zendesk-webhook-invocation-id': id,
      'x-shop': 'north',
      'x-hooktrail-resend': answer.body.attempt.resend.id,
    });
    expect(headers.authorization).toBeUndefined();
    const timestamp = headers['x-zendesk-webhook-signature-timestamp'] as string;
    expect(headers['x-zendesk-webhook-signature']).toBe(
      createHmac('sha256', SECRET).update(`${timestamp}${body}`).digest('base64'),
    );
    expect(headers['x-hooktrail-resend-signature']).toBe(
      createHmac('sha256', SECRET)
        .update(`resend.${answer.body.attempt.resend.id}.${id}.${timestamp}.${body}`)
        .digest('base64'),
    );
    expect(answer.body).toMatchObject({
      left_out: ['Authorization'],
      attempt: {
        status: 'success',
        status_code: 202,
        trigger: 'resend',
        method: 'PUT',
        request: { payload: body },
        response: { payload: '{"token":"********","ok":true}' },
        response_headers: { 'x-token': '********' },
      },
    });

    // The service said "server error", and that stands; it is undelivered no more.
    const after = await invocation(acme, id);
    expect(after).toMatchObject({ status: 'server error', attempts_count: 1, resends_count: 1 });
    expect(after.explanation).toContain('Resend 1, requested by ');
    expect(after.timeline.map(({ what }: { what: string }) => what)).toContain('resent');
    expect(await undelivered(acme)).toBe(0);
    const v1 = await node.call('GET', `/v1/invocations/${id}/attempts`);
    expect(v1.body.attempts.map(({ trigger }: { trigger: string }) => trigger)).toEqual([
      'resend',
      'schedule',
    ]);
    const v2 = await node.call(
      'GET',
      `/api/v2/webhooks/${acme.webhookId}/invocations/${id}/attempts`,
    );
    expect(v2.body.attempts).toHaveLength(1);
  });

  test('takes method and URL from the webhook where the record has none', async () => {
    const id = await acme.add();
    expect((await resend(acme, id)).status).toBe(200);
    expect(last()).toMatchObject({ method: 'POST', path: '/hook', body: '{"type":"t","n":1}' });
  });

  test('sends to another webhook as that one sends, and leaves the invocation undelivered', async () => {
    const scene = await stage.scene();
    const id = await acme.add();
    const answer = await resend(acme, id, { target_webhook_id: scene.webhookId });
    expect(answer.body.attempt).toMatchObject({
      status: 'success',
      resend: { target_webhook_id: scene.webhookId },
    });
    const [request] = scene.receiver.requestsOf(id);
    expect(request?.headers['x-zendesk-webhook-id']).toBe(scene.webhookId);
    expect(request?.headers['x-zendesk-account-id']).toBe('1');
    const secret = await node.call('GET', `/api/v2/webhooks/${scene.webhookId}/signing_secret`);
    expect(request?.headers['x-zendesk-webhook-signature']).toBe(
      createHmac('sha256', secret.body.signing_secret.secret)
        .update(`${request?.headers['x-zendesk-webhook-signature-timestamp']}${request?.body}`)
        .digest('base64'),
    );
    expect(await undelivered(acme)).toBe(1);
    await node.call('POST', `/v1/webhooks/${scene.webhookId}/pause`);
    const paused = await resend(acme, id, { target_webhook_id: scene.webhookId });
    expect(paused.status).toBe(409);
    expect(paused.body.error.code).toBe('WebhookPaused');
    const unknown = await resend(acme, id, { target_webhook_id: acme.webhookId });
    expect(unknown.status).toBe(404);
  });

  test.each(['structured', 'binary'])(
    'sends a CloudEvent as it is to a webhook whose rule is cloudevents: %s',
    async (mode) => {
      const { receiver: other, webhookId } = await stage.scene({ cloudevents: { mode } });
      const body =
        '{"specversion":"1.0","id":"e","source":"/theirs","type":"a.b","data":{"n": 1.50}}';
      const sent = async (contentType: string) => {
        const headers = ['ce-id', 'e', 'content-type', contentType];
        const id = await acme.add({ body, headers });
        const { attempt } = (await resend(acme, id, { target_webhook_id: webhookId })).body;
        expect(attempt.status).toBe('success');
        const request = other.requestsOf(id)[0] as Receiver['requests'][number];
        const names = Object.keys(request.headers).filter((name) => name.startsWith('ce-'));
        return { ...request, names, shown: attempt.request.payload };
      };
      const whole = await sent('Application/CloudEvents+JSON; charset=UTF-8');
      expect(whole).toMatchObject({ body, names: [], shown: body });
      expect(whole.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
      // What is called otherwise is data, whatever it looks like.
      const data = await sent('application/json');
      expect(data.headers['ce-id']).toBe('e');
      const json = JSON.parse(data.body);
      expect(mode === 'binary' ? json : json.data).toEqual(JSON.parse(body));
    },
  );

  test('says why what cannot be sent is not', async () => {
    const unsigned = await source({ secret: undefined });
    const codes = async (of: Resendable, request: Parameters<Resendable['add']>[0]) => {
      const { body } = await resend(of, await of.add(request));
      return [body.error.code, body.error.message];
    };
    expect(await codes(acme, { sent: false, body: null, status: 'throttled' })).toEqual([
      'CannotBeRebuilt',
      expect.stringContaining('none was made'),
    ]);
    expect(await codes(acme, { masked: true })).toEqual([
      'CannotBeRebuilt',
      expect.stringContaining('masked'),
    ]);
    expect(await codes(acme, { url: 'https://example.com/?********' })).toEqual([
      'CannotBeRebuilt',
      expect.stringContaining('target_webhook_id'),
    ]);
    expect(await codes(acme, { url: 'ftp://example.com/' })).toEqual([
      'CannotBeRebuilt',
      expect.stringContaining('URL is unknown'),
    ]);
    expect(await codes(unsigned, {})).toEqual([
      'SecretMissing',
      expect.stringContaining('resend_secrets'),
    ]);
    const scene = await stage.scene();
    const [ours] = await stage.publish(node, scene.type);
    const path = `/v1/webhooks/${scene.webhookId}/invocations/${ours}/resend`;
    expect((await node.call('POST', path)).body.error.code).toBe('NotArchived');
    const replay = `/v1/webhooks/${acme.webhookId}/invocations/${await acme.add()}/replay`;
    expect((await node.call('POST', replay)).body.error).toMatchObject({
      code: 'Archived',
      message: expect.stringContaining('/resend'),
    });
  });

  test('dials only what may be dialled, and records that it did not', async () => {
    const id = await acme.add({ url: 'http://10.1.2.3/' });
    const { body } = await resend(acme, id);
    expect(body.attempt).toMatchObject({ status: 'failed', error_class: 'address refused' });
    expect(await undelivered(acme)).toBe(1);
  });

  test('sends one at a time, and says that one is in flight', async () => {
    let release = () => {};
    receiver.behave((_request, response) => {
      release = () => response.writeHead(200).end();
    });
    const id = await acme.add();
    const first = resend(acme, id);
    await eventually('the request', async () => receiver.requestsOf(id).length === 1);
    const second = await resend(acme, id);
    expect(second.status).toBe(409);
    expect(second.body.error.code).toBe('AttemptUnderWay');
    const shown = await node.call('GET', `/v1/invocations/${id}/attempts`);
    expect(shown.body.attempts[0]).toMatchObject({ status: 'unknown', trigger: 'resend' });
    release();
    expect((await first).body.attempt.status).toBe('success');
    expect(receiver.requestsOf(id)).toHaveLength(1);
  });

  test('passes an inbox that knows the invocation, once each', async () => {
    const made = await node.call('POST', '/v1/inboxes', {
      inbox: { name: 'of acme', scheme: 'zendesk', secrets: [SECRET] },
    });
    const through = await source({ endpoint: made.body.inbox.address });
    const id = await through.add();
    const statuses: number[] = [];
    for (let time = 0; time < 2; time++) {
      const { body } = await resend(through, id);
      statuses.push(body.attempt.status_code);
    }
    expect(statuses).toEqual([200, 200]);
    const published = async () =>
      ((await query(`select from idempotency_key where key like 'inbox:%'`)) as unknown[]).length;
    expect(await published()).toBe(2);
    // The same request again, as after a kill, is the same to the inbox.
    const captured = await acme.add();
    await resend(acme, captured);
    const { body, headers } = last();
    const again = async () => {
      const sent = Object.entries(headers).filter(([name]) => /^(?:x-|content-type)/.test(name));
      const answer = await fetch(made.body.inbox.address, {
        method: 'POST',
        headers: Object.fromEntries(sent) as Record<string, string>,
        body,
      });
      return [answer.status, (await answer.json()).event?.id];
    };
    const first = await again();
    expect(first[0]).toBe(200);
    expect(await again()).toEqual(first);
    expect(await published()).toBe(3);
    const [row] = (await query(
      'select request_headers from archive_attempt where sent limit 1',
    )) as [{ request_headers: string }];
    expect(row.request_headers).not.toContain(SECRET);
  });

  test('passes an inbox that knows the public key of a webhook alone', async () => {
    const rules = { standard_webhooks: true, signatures: ['v1a'] };
    const { webhookId } = await stage.scene(rules);
    const key = (await node.call('GET', `/v1/webhooks/${webhookId}/public_key`)).body.public_key;
    const made = await node.call('POST', '/v1/inboxes', {
      inbox: { name: 'of a key', scheme: 'standard_webhooks', secrets: [key] },
    });
    const { address: endpoint } = made.body.inbox;
    await node.call('PATCH', `/api/v2/webhooks/${webhookId}`, { webhook: { endpoint } });
    const id = await acme.add();
    const answers: string[] = [];
    for (let time = 0; time < 2; time++) {
      const { attempt } = (await resend(acme, id, { target_webhook_id: webhookId })).body;
      expect(attempt.status_code, attempt.response_body).toBe(200);
      answers.push(JSON.parse(attempt.response_body).event.id);
    }
    // Each resend is an event of its own.
    expect(new Set(answers).size).toBe(2);
  });
});

describe('a job', () => {
  const show = async (id: string) => (await node.call('GET', `/v1/jobs/${id}`)).body.job;
  const until = (id: string, state: string) =>
    eventually(`the job to be ${state}`, async () => {
      const job = await show(id);
      return job.state === state ? job : undefined;
    });
  const ask = (body: object) => node.call('POST', '/v1/jobs', { kind: 'resend', ...body });
  async function create(body: object): Promise<string> {
    const answer = await ask(body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer.body.job.id;
  }
  const many = async (of: Resendable, count: number, request: object = {}) => {
    const ids: string[] = [];
    for (let index = 0; index < count; index++) {
      ids.push(await of.add({ ageMs: 60_000 + index, ...request }));
    }
    return ids;
  };

  test('sends what it can, each once and four at a time, and lists the rest with its time', async () => {
    const ids = await many(acme, 12);
    const throttled = await acme.add({ sent: false, body: null, status: 'throttled' });
    const masked = await acme.add({ masked: true });
    await acme.add({ status: 'success' });
    let [open, most] = [0, 0];
    receiver.behave((_request, response) => {
      most = Math.max(most, ++open);
      setImmediate(() => {
        open--;
        response.writeHead(200).end();
      });
    });
    const query = `webhook:${acme.webhookId}`;
    const dry = await ask({ query, dry_run: true });
    expect(dry.body.estimate).toMatchObject({
      exact: true,
      invocations: 14,
      already_delivered: 1,
      skipped_by_reason: { 'cannot be rebuilt': 1, 'body masked': 1 },
    });
    const id = await create({ query, rate: 1_000, reason: 'outage' });
    const done = await until(id, 'done');
    expect(done).toMatchObject({
      kind: 'resend',
      reason: 'outage',
      counts: {
        selected: 14,
        succeeded: 12,
        failed: 0,
        skipped_by_reason: { 'cannot be rebuilt': 1, 'body masked': 1 },
      },
    });
    expect(ids.map((one) => receiver.requestsOf(one).length)).toEqual(ids.map(() => 1));
    expect(receiver.requestsOf(ids[0] as string)[0]?.headers).toMatchObject({
      'x-hooktrail-job': id,
      'x-hooktrail-resend': id,
    });
    expect(most).toBeLessThanOrEqual(4);
    const { skipped } = (await node.call('GET', `/v1/jobs/${id}/skipped`)).body;
    expect(
      skipped.map((one: { id: string; reason: string; created_at: string }) => [
        one.id,
        one.reason,
        one.created_at,
      ]),
    ).toEqual(
      [throttled, masked]
        .sort()
        .map((one) => [
          one,
          one === masked ? 'body masked' : 'cannot be rebuilt',
          new Date(idTimeMs(one)).toISOString(),
        ]),
    );
    const found = await node.call('GET', `/v1/invocations?q=job:${id} webhook:${acme.webhookId}`);
    expect(found.body.invocations).toHaveLength(12);
    const attempts = (await node.call('GET', `/v1/invocations/${ids[0]}/attempts`)).body.attempts;
    expect(attempts[0]).toMatchObject({ trigger: 'resend', resend: { id, job_id: id } });
    // What a resend delivered is not selected again.
    expect((await ask({ query, dry_run: true })).body.estimate).toMatchObject({
      invocations: 2,
      already_delivered: 13,
    });
  });

  test('refuses what is ours, and a replay names the resend', async () => {
    const scene = await stage.scene();
    await stage.publish(node, scene.type);
    await stage.until(scene.webhookId, { success: 1 });
    await acme.add();
    const both = `webhook:${acme.webhookId},${scene.webhookId}`;
    const refused = await ask({ query: both, include_succeeded: true });
    expect(refused.status).toBe(422);
    expect(refused.body.error.message).toContain('-origin:local');
    const local = await ask({
      query: `${both} -origin:local`,
      include_succeeded: true,
      dry_run: true,
    });
    expect(local.body.estimate.invocations).toBe(1);
    const replay = { kind: 'replay', query: `webhook:${acme.webhookId}` };
    const { body } = await node.call('POST', '/v1/jobs', replay);
    const skipping = await until(body.job.id, 'done');
    expect(skipping.counts.skipped_by_reason).toEqual({ archived: 1 });
    expect(SKIP_REASONS.archived).toContain('`resend`');
  });

  test('stops after a canary that fails, and goes on where it was', async () => {
    const ids = await many(acme, 9);
    receiver.behave(answering(500));
    const query = `webhook:${acme.webhookId}`;
    const canary = { count: 3, success_share: 1 };
    const id = await create({ query, rate: 1_000, canary });
    const stopped = await until(id, 'stopped');
    // The first failure decides, and what is in flight then ends.
    expect(stopped).toMatchObject({ reason_code: 'canary', counts: { succeeded: 0 } });
    const settled = await eventually('nothing in flight', async () => {
      const { counts } = await show(id);
      return counts.in_flight === 0 ? counts : undefined;
    });
    expect(settled.failed).toBeLessThanOrEqual(3);
    receiver.behave(answering(200));
    await eventually('the job to be resumed', async () => {
      return (await node.call('POST', `/v1/jobs/${id}/resume`)).status === 200;
    });
    const { counts } = await until(id, 'done');
    expect(counts).toMatchObject({ succeeded: 9 - settled.failed, failed: settled.failed });
    expect(ids.map((one) => receiver.requestsOf(one).length)).toEqual(ids.map(() => 1));
  });

  test('sends to another webhook within its rate limit, and waits while it is paused', async () => {
    const scene = await stage.scene({ rate_limit: { requests: 3, seconds: 3_600 } });
    await node.call('POST', `/v1/webhooks/${scene.webhookId}/pause`);
    const ids = await many(acme, 5);
    const target = { target_webhook_id: scene.webhookId };
    const id = await create({ query: `webhook:${acme.webhookId}`, rate: 1_000, ...target });
    const waiting = await eventually('the job to wait', async () => {
      const job = await show(id);
      return job.waits_for === undefined ? undefined : job;
    });
    expect(waiting.waits_for).toMatchObject([{ for: 'paused' }]);
    expect(scene.receiver.requests).toHaveLength(0);
    await node.call('POST', `/v1/webhooks/${scene.webhookId}/resume`);
    await eventually('the permits to be used', async () => (await show(id)).counts.succeeded === 3);
    const paused = await node.call('POST', `/v1/jobs/${id}/pause`);
    expect(paused.body.job.counts).toMatchObject({ succeeded: 3, in_flight: 0, waiting: 2 });
    expect(scene.receiver.requests).toHaveLength(3);
    expect(ids.flatMap((one) => receiver.requestsOf(one))).toEqual([]);
    expect((await node.call('POST', `/v1/jobs/${id}/cancel`)).status).toBe(200);
  });

  test('sends again what was lost in flight, and neither skips nor repeats the rest', async () => {
    const ids = await many(acme, 8);
    const silent = new Set<string>();
    receiver.behave((request, response) => {
      const one = String(request.headers['x-zendesk-webhook-invocation-id']);
      // As when the node dies after it sent them.
      if (silent.size < 4 && !silent.has(one)) silent.add(one);
      else response.writeHead(200).end();
    });
    const id = await create({ query: `webhook:${acme.webhookId}`, rate: 1_000 });
    await eventually('four in flight', async () => silent.size === 4);
    // They hold all places of their endpoint.
    expect((await show(id)).counts).toMatchObject({ in_flight: 4, waiting: 4 });
    // Their outcomes come too late: nobody waits for them, and the receiver may have had them.
    await query(
      `update archive_invocation set resending_until = now() where resending_until is not null`,
    );
    const done = await until(id, 'done');
    expect(done.counts).toMatchObject({ selected: 8, succeeded: 8, skipped: 0 });
    for (const one of ids) {
      expect(receiver.requestsOf(one)).toHaveLength(silent.has(one) ? 2 : 1);
      const { attempts } = (await node.call('GET', `/v1/invocations/${one}/attempts`)).body;
      // Every request is on the record, the lost ones as unknown.
      expect(attempts.map(({ status }: { status: string }) => status)).toEqual(
        silent.has(one) ? ['success', 'unknown', 'server error'] : ['success', 'server error'],
      );
    }
  });
});

test('the outcome of one that counts as lost brings nothing back that is being erased', async () => {
  let answer: (() => void) | undefined;
  receiver.behave((_request, response) => {
    answer = () => response.writeHead(200, { 'x-word': 'latequark' }).end('latequark');
  });
  const id = await acme.add();
  const sending = resend(acme, id);
  await eventually('the request', () => answer !== undefined);
  const erasing = new pg.Client({ connectionString: stage.databaseUrl });
  await erasing.connect();
  await erasing.query('begin');
  for (const statement of [
    'update archive_invocation set resending_until = now(), erased_at = now() where id = $1',
    'update archive_attempt set response_body = null where invocation_id = $1',
  ]) {
    await erasing.query(statement, [uuidFromId(id)]);
  }
  answer?.();
  await eventually('recording to wait', async () => {
    const rows = await query(`select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`);
    return rows.length > 0;
  });
  await erasing.query('commit');
  await erasing.end();
  expect((await sending).status).toBe(200);
  const attempts = await query(
    'select a::text as text from archive_attempt a where invocation_id = $1',
    [uuidFromId(id)],
  );
  expect(attempts).toHaveLength(2);
  expect(JSON.stringify(attempts)).not.toContain('latequark');
});
