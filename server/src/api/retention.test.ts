import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepPartitions } from '../keep/partitions.ts';
import { DAY_MS } from '../model/time-units.ts';
import { idAt, startTestApi, type TestApi } from '../testing/test-api.ts';

/** Parts of the trail that are no longer kept are reported as gone, not as empty. */

const NOW_MS = Date.now();
const MADE_MS = NOW_MS - 6 * DAY_MS;

let api: TestApi;
let webhookId: string;
/** All six days old: delivered after two attempts, never attempted, and still due for a retry. */
let delivered: string;
let waiting: string;
let due: string;

beforeAll(async () => {
  api = await startTestApi();
  webhookId = (await api.webhook()).id;
  const eventId = idAt(MADE_MS);
  await api.event(eventId, '{"detail":{}}');
  const row = { createdMs: MADE_MS, eventId };
  delivered = await api.invocation(webhookId, { ...row, latestMs: MADE_MS + 9_000, attempts: 2 });
  waiting = await api.invocation(webhookId, { ...row, status: 'accepted', attempts: 0 });
  due = await api.invocation(webhookId, {
    ...row,
    status: 'server error',
    statusCode: 500,
    attempts: 1,
    dueMs: MADE_MS + 30_000,
  });
  for (const [invocation, number] of [
    [delivered, 1],
    [delivered, 2],
    [due, 1],
  ] as const) {
    await api.attempt(webhookId, invocation, {
      id: idAt(MADE_MS + number * 1_000),
      number,
      status: 'server error',
      statusCode: 500,
    });
  }
});
afterAll(() => api.stop());

async function attempts(invocationId: string) {
  const path = `/api/v2/webhooks/${webhookId}/invocations/${invocationId}/attempts`;
  const { status, body } = await api.call('GET', path);
  expect(status).toBe(200);
  return body;
}

async function shown(invocationId: string) {
  const path = `/v1/webhooks/${webhookId}/invocations/${invocationId}`;
  return (await api.call('GET', path)).body.invocation;
}

/** Drops old partitions, as the keeper does. */
async function keep(days: { event: number; attempt: number }): Promise<void> {
  await keepPartitions(api.databaseUrl, {
    nowMs: NOW_MS,
    ahead: 1,
    keepMs: {
      event: days.event * DAY_MS,
      key_block: days.event * DAY_MS,
      attempt: days.attempt * DAY_MS,
      invocation: 100 * DAY_MS,
      delta: 100 * DAY_MS,
      rollup_minute: 100 * DAY_MS,
    },
  });
}

test('while everything is kept, everything is shown', async () => {
  const body = await attempts(delivered);
  expect(body.attempts).toHaveLength(2);
  expect(body).not.toHaveProperty('attempts_gone');
  expect(body.attempts[0].request).toMatchObject({ payload: '{"detail":{}}', payload_length: 13 });
  expect((await shown(delivered)).explanation).not.toMatch(/no longer kept/);
});

test('without its event, an attempt has no payload instead of an empty one', async () => {
  await keep({ event: 4, attempt: 8 });
  const body = await attempts(delivered);
  expect(body.attempts).toHaveLength(2);
  for (const { request } of body.attempts) expect(Object.keys(request)).toEqual(['headers']);
  expect((await shown(delivered)).explanation).toBe(
    'Attempt 2 ended as server error with 500. The endpoint received it. Its event is no longer kept, so it cannot be sent again.',
  );
  const path = `/v1/webhooks/${webhookId}/invocations/${delivered}/replay`;
  const answer = await api.call('POST', path);
  expect(answer.status).toBe(410);
  expect(answer.body.error.code).toBe('EventGone');
});

test('without its attempts, an invocation reports them as gone', async () => {
  await keep({ event: 4, attempt: 5 });
  expect(await attempts(delivered)).toEqual({
    attempts: [],
    meta: { has_more: false },
    attempts_gone: true,
  });
  expect(await attempts(due)).toEqual({
    attempts: [],
    meta: { has_more: false },
    attempts_gone: true,
  });
  expect(await attempts(waiting)).toEqual({ attempts: [], meta: { has_more: false } });
  const { body } = await api.call('GET', `/api/v2/webhooks/${webhookId}/invocations`);
  expect(
    body.invocations.map((row: { attempts_count: number }) => row.attempts_count).sort(),
  ).toEqual([0, 1, 2]);
});

test('without its attempts, the explanation uses what is still kept', async () => {
  const { explanation, timeline } = await shown(delivered);
  expect(explanation).toBe(
    'It ended as success. Its 2 attempts are no longer kept. Its event is no longer kept, so it cannot be sent again.',
  );
  expect(timeline).toEqual([
    expect.objectContaining({ what: 'accepted' }),
    {
      at: new Date(MADE_MS + 9_000).toISOString(),
      what: 'attempted',
      message: 'Its 2 attempts are no longer kept; this was the latest',
    },
  ]);
  const retried = await shown(due);
  expect(retried.explanation).toMatch(
    /^Its attempt is no longer kept\. Its event is no longer kept, .* The next attempt is due at /,
  );
  const untried = await shown(waiting);
  expect(untried.timeline).toHaveLength(1);
  expect(untried.explanation).not.toMatch(/attempts? (is|are) no longer kept/);
});
