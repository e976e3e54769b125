import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idFromUuid, idTimeMs, uuidFromId } from '../../model/ids.ts';
import { idAt, startTestApi, type TestAnswer, type TestApi } from '../../testing/test-api.ts';

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;
const NOW_MS = Date.now();

let api: TestApi;
/** Webhooks of account 1: two of one name, one deleted; one of account 2. */
let orders: string;
let others: string;
let deleted: string;
let foreign: string;

beforeAll(async () => {
  api = await startTestApi({ retentionDays: 30 });
  orders = (await api.webhook({ name: 'Orders, EU' })).id;
  others = (await api.webhook({ name: 'Others' })).id;
  deleted = (await api.webhook({ name: 'Others' })).id;
  foreign = (await api.webhook({ name: 'Orders, EU' }, 'admin-2')).id;
  expect((await api.call('DELETE', `/api/v2/webhooks/${deleted}`)).status).toBe(204);
});
afterAll(() => api.stop());

async function list(query: Record<string, string> = {}, token = 'read-1'): Promise<TestAnswer> {
  const url = `/v1/invocations?${new URLSearchParams(query)}`;
  const answer = await api.call('GET', url, undefined, { token });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer;
}

/** Follows the links to the end: on a busy machine a page may end at its time. */
async function listAll(query: Record<string, string> = {}, token?: string): Promise<TestAnswer> {
  const page = await list(query, token);
  const { invocations, links } = page.body;
  if (links.next === undefined) return page;
  const rest = await listAll(Object.fromEntries(new URL(links.next).searchParams), token);
  return {
    ...rest,
    body: { ...rest.body, invocations: [...invocations, ...rest.body.invocations] },
  };
}

const idsOf = ({ body }: TestAnswer): string[] =>
  body.invocations.map((row: { id: string }) => row.id);

describe('GET /v1/invocations', () => {
  it('has what is known of each invocation, of all webhooks, by creation', async () => {
    const eventId = idAt(NOW_MS - 2 * HOUR_MS);
    await api.event(eventId, JSON.stringify({ id: 'evt-1', subject: 'Order 40123' }));
    const done = await api.invocation(orders, {
      createdMs: NOW_MS - 2 * HOUR_MS,
      latestMs: NOW_MS - HOUR_MS,
      status: 'failed',
      attempts: 3,
      eventId,
    });
    await api.sql(
      `update invocation set error_class = 'dns', duration_ms = 12, reason_code = 'exhausted',
        reason = 'retries exhausted after 3 attempts' where id = $1`,
      [uuidFromId(done)],
    );
    const gone = await api.invocation(deleted, { createdMs: NOW_MS - 9 * DAY_MS, statusCode: 200 });
    const waiting = await api.invocation(others, {
      createdMs: NOW_MS - 3 * HOUR_MS,
      status: 'accepted',
      attempts: 0,
      dueMs: NOW_MS + HOUR_MS,
    });
    await api.call('POST', `/v1/webhooks/${others}/pause`);
    const hidden = await api.invocation(foreign, { createdMs: NOW_MS - HOUR_MS });
    const { body } = await listAll();
    expect(body).toEqual({
      invocations: [
        {
          id: done,
          webhook: { id: orders, name: 'Orders, EU' },
          event_id: 'evt-1',
          event_type: 'zen:event-type:ticket.created',
          subject: 'Order 40123',
          status: 'failed',
          attempts_count: 3,
          created_at: new Date(idTimeMs(done)).toISOString(),
          latest_completed_at: new Date(NOW_MS - HOUR_MS).toISOString(),
          state: 'final',
          reason_code: 'exhausted',
          reason: 'retries exhausted after 3 attempts',
          error_class: 'dns',
          duration_ms: 12,
          trigger: 'schedule',
        },
        {
          id: waiting,
          webhook: { id: others, name: 'Others' },
          event_type: 'zen:event-type:ticket.created',
          status: 'accepted',
          attempts_count: 0,
          created_at: new Date(idTimeMs(waiting)).toISOString(),
          state: 'waiting',
          next_attempt_at: new Date(NOW_MS + HOUR_MS).toISOString(),
          reason_code: 'paused',
        },
        {
          id: gone,
          webhook: { id: deleted, name: 'Others', deleted_at: expect.any(String) },
          event_type: 'zen:event-type:ticket.created',
          status: 'success',
          status_code: 200,
          attempts_count: 1,
          created_at: new Date(idTimeMs(gone)).toISOString(),
          latest_completed_at: new Date(idTimeMs(gone)).toISOString(),
          state: 'final',
          // It was recorded before triggers were stored, so it shows none.
        },
      ],
      meta: expect.objectContaining({
        has_more: false,
        covered: { from: expect.any(String), to: expect.any(String) },
      }),
      links: expect.any(Object),
    });
    expect(idsOf(await listAll({}, 'admin-2'))).toEqual([hidden]);
    for (const query of [{ q: 'webhook:Others' }, { webhook: 'Others' }]) {
      expect(idsOf(await listAll(query))).toEqual([waiting, gone]);
    }
    expect(idsOf(await listAll({ webhook: '"Orders, EU"' }))).toEqual([done]);
    expect(idsOf(await listAll({ q: `-webhook:${deleted}`, sort: 'created' }))).toEqual([
      waiting,
      done,
    ]);
    expect(idsOf(await listAll({ q: 'error:dns', status: 'failed,timeout', since: '1d' }))).toEqual(
      [done],
    );
    const json = JSON.stringify([{ field: 'webhook', values: ['Others'], not: true }]);
    expect(idsOf(await listAll({ query: json }))).toEqual([done]);
    // An id of another account selects nothing.
    expect(idsOf(await listAll({ q: `webhook:${foreign}` }))).toEqual([]);
    await api.call('POST', `/v1/webhooks/${others}/resume`);
  });

  it('keeps filters, sort and size in the links of its pages, forward and back', async () => {
    const webhook = await api.webhook({ name: 'Paged' });
    const ids: string[] = [];
    for (let count = 0; count < 5; count++) {
      ids.push(await api.invocation(webhook.id, { createdMs: NOW_MS - count * DAY_MS }));
    }
    const first = await list({ q: 'webhook:Paged', 'page[size]': '2' });
    const follow = async (link: string) => list(Object.fromEntries(new URL(link).searchParams));
    const second = await follow(first.body.links.next);
    const third = await follow(second.body.links.next);
    expect([first, second, third].map(idsOf)).toEqual([ids.slice(0, 2), ids.slice(2, 4), [ids[4]]]);
    expect(third.body.meta.has_more).toBe(false);
    expect(idsOf(await follow(third.body.links.prev))).toEqual(ids.slice(2, 4));
    const start = await follow(second.body.links.prev);
    expect(idsOf(start)).toEqual(ids.slice(0, 2));
    expect(start.body.links.prev).toBeUndefined();
    // A cursor of the other order is refused.
    const cursor = first.body.meta.after_cursor;
    const answer = await api.call('GET', `/v1/invocations?sort=created&page[after]=${cursor}`);
    expect([answer.status, answer.body.errors[0].code]).toEqual([400, 'invalid_cursor']);
  });

  it('is by the latest attempt with sort=latest and -latest, forward and back', async () => {
    const webhook = await api.webhook({ name: 'Moved' });
    const made = async (createdMs: number, latestMs: number) =>
      api.invocation(webhook.id, { createdMs, latestMs });
    // Sent again long after it was created, as created, and within a millisecond of that.
    const old = await made(NOW_MS - 9 * DAY_MS, NOW_MS - HOUR_MS);
    const recent = await made(NOW_MS - 2 * HOUR_MS, NOW_MS - 2 * HOUR_MS + 20);
    const middle = await made(NOW_MS - 3 * DAY_MS, NOW_MS - 2 * HOUR_MS + 20);
    const oldest = await made(NOW_MS - 5 * DAY_MS, NOW_MS - 4 * DAY_MS);
    await api.sql(
      `update invocation set latest_at = latest_at + interval '1 microsecond' where id = $1`,
      [uuidFromId(middle)],
    );
    const order = [old, middle, recent, oldest];
    const query = { q: 'webhook:Moved', 'page[size]': '1' };
    const follow = async (link: string) => list(Object.fromEntries(new URL(link).searchParams));
    for (const sort of ['latest', '-latest']) {
      const pages = [await list({ ...query, sort })];
      while (pages.at(-1)?.body.links.next) {
        pages.push(await follow(pages.at(-1)?.body.links.next));
      }
      const expected = sort === 'latest' ? order.toReversed() : order;
      expect(pages.flatMap(idsOf)).toEqual(expected);
      for (const { body } of pages) {
        const [{ latest_completed_at: at }] = body.invocations;
        expect(at >= body.meta.covered.from && at <= body.meta.covered.to).toBe(true);
      }
      const back: string[] = [];
      for (let page = pages.at(-1); page?.body.links.prev; ) {
        page = await follow(page.body.links.prev);
        back.unshift(...idsOf(page));
      }
      expect(back).toEqual(expected.slice(0, -1));
    }
    const found = await listAll({ q: 'webhook:Moved completed:>=90m', sort: '-latest' });
    expect(idsOf(found)).toEqual([old]);
    const created = await listAll({ q: 'webhook:Moved -created:>=1d since:8d', sort: '-latest' });
    expect(idsOf(created)).toEqual([middle, oldest]);
    // A cursor of the list by creation is refused.
    const first = await list({ q: 'webhook:Moved', 'page[size]': '1' });
    const url = `/v1/invocations?sort=-latest&page[after]=${first.body.meta.after_cursor}`;
    const answer = await api.call('GET', url);
    expect([answer.status, answer.body.errors[0].code]).toEqual([400, 'invalid_cursor']);
  });

  it.each([
    [
      'q=statsu:failed',
      'q',
      /^q: character 1: unknown field "statsu".*did you mean "status"\?.*known:/,
    ],
    [
      'q=code:200 status:faild',
      'q',
      /^q: character 17: unknown status "faild"; did you mean "failed"/,
    ],
    ['status=success,faild', 'status', /^status: unknown status "faild"; did you mean "failed"/],
    ['took=fast', 'took', /^took: must be a duration/],
    ['webhook="a', 'webhook', /^webhook: character 1: a closing quote is missing/],
    ['query=[', 'query', /^query: must be JSON/],
    [
      'query=[{"field":"status","values":["faild"]}]',
      'query',
      /^query \/0\/values\/0: unknown status/,
    ],
    ['stauts=failed', 'stauts', /^stauts is not a parameter of this list: did you mean status\?/],
    ['page=2', 'page', /^page is not supported here/],
    ['sort=newest', 'sort', /sort/],
    [
      'q=refund',
      'q',
      /^q: field text: listAllInvocations cannot serve words and phrases; GET \/v1\/search does/,
    ],
    [
      'q=/detail/number:1',
      'q',
      /^q: field json: "\/detail\/number" is no key of this account: the keys are \/subject, \/detail\/id;/,
    ],
    ['q=header.x-a:1', 'q', /^q: field header: "header.x-a" is no key of this account/],
    ['job=last', 'job', /must be the id of a job, as in job:/],
  ])('refuses %s and says what is right', async (query, field, message) => {
    const answer = await api.call('GET', `/v1/invocations?${encodeURI(query)}`);
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0]).toMatchObject({ field, message: expect.stringMatching(message) });
  });
});

describe('one invocation by its id alone', () => {
  it('is found among the webhooks of the account, deleted ones and old ones too', async () => {
    const id = await api.invocation(deleted, { createdMs: NOW_MS - 10 * DAY_MS, attempts: 2 });
    for (const number of [1, 2]) {
      await api.attempt(deleted, id, { id: idAt(NOW_MS - 10 * DAY_MS), number, status: 'success' });
    }
    const { status, body } = await api.call('GET', `/v1/invocations/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      webhook: { id: deleted, name: 'Others', deleted_at: expect.any(String) },
      invocation: { id, webhook_id: deleted, explanation: expect.any(String) },
    });
    const attempts = await api.call('GET', `/v1/invocations/${id}/attempts?page[size]=1`);
    expect(attempts.body).toMatchObject({
      webhook: { id: deleted },
      attempts: [{ invocation_id: id }],
      meta: { has_more: true },
    });
    for (const number of [1, 2]) {
      const one = await api.call('GET', `/v1/invocations/${id}/attempts/${number}`);
      const [expected] = (
        await api.call('GET', `/v1/invocations/${id}/attempts?page[size]=2`)
      ).body.attempts.slice(2 - number);
      expect(one.body).toEqual({ webhook: body.webhook, attempt: expected });
    }
    for (const number of ['0', '3', '-1', '1.0', 'x', '99999999999']) {
      const one = await api.call('GET', `/v1/invocations/${id}/attempts/${number}`);
      expect([number, one.status]).toEqual([number, 404]);
    }
  });

  it('is 404 for another account, and for what is no id', async () => {
    const id = await api.invocation(foreign);
    for (const one of [id, 'x', idAt(NOW_MS), idAt(NOW_MS + 9 * DAY_MS)]) {
      for (const path of ['', '/attempts', '/attempts/1']) {
        const answer = await api.call('GET', `/v1/invocations/${one}${path}`);
        expect(answer.status).toBe(404);
        expect(answer.body.errors?.[0]?.message ?? answer.body.error?.message ?? '').not.toMatch(
          /of this webhook/,
        );
      }
    }
    const own = await api.call('GET', `/v1/invocations/${id}`, undefined, { token: 'admin-2' });
    expect(own.status).toBe(200);
  });
});

describe('an account with many webhooks', () => {
  let many: TestApi;
  beforeAll(async () => {
    many = await startTestApi({ retentionDays: 30 });
  });
  afterAll(() => many.stop());

  /** Deleted webhooks count too, and take no memory of the node. */
  async function forget(count: number): Promise<void> {
    await many.sql('delete from deleted_webhook');
    await many.sql(
      `insert into deleted_webhook (id, account_id, name, version, deleted_at)
      select ('0199999999997000a000' || lpad(to_hex(n), 12, '0'))::uuid, 1, 'w' || n, n, now()
      from generate_series(1, $1) as n`,
      [count],
    );
  }

  it('has one list of up to 10,000 of them, and is asked to name some of more', async () => {
    await forget(10_000);
    expect((await many.call('GET', '/v1/invocations')).status).toBe(200);
    for (const count of [10_001, 100_000]) {
      await forget(count);
      const { status, body } = await many.call('GET', '/v1/invocations');
      expect(status).toBe(400);
      expect(body.errors[0]).toMatchObject({
        field: 'q',
        code: 'too_many',
        message: expect.stringMatching(/^the query covers .*merges at most 10000: name some/),
      });
      for (const q of ['webhook:w1', 'webhook:w1,w2 -webhook:w2']) {
        const named = await many.call('GET', `/v1/invocations?q=${encodeURIComponent(q)}`);
        expect(named.status).toBe(200);
      }
    }
  });

  it('has the oldest of 100,000 deleted ones by its name and by its id', async () => {
    await forget(100_000);
    const webhook = idFromUuid('01999999-9999-7000-a000-000000000001');
    const id = await many.invocation(webhook, { createdMs: Date.now() - HOUR_MS });
    for (const q of ['webhook:w1', `webhook:${webhook}`, `webhook:w1,${webhook} -webhook:w2`]) {
      for (const sort of ['-created', '-latest']) {
        const url = `/v1/invocations?sort=${sort}&q=${encodeURIComponent(q)}`;
        const { body } = await many.call('GET', url);
        expect(body.invocations.map((row: { id: string }) => row.id)).toEqual([id]);
      }
    }
  });

  it('looks at no more than 50,000 days of webhooks by latest', async () => {
    await forget(2_000);
    const ask = (query: string) => many.call('GET', `/v1/invocations?sort=-latest${query}`);
    const { status, body } = await ask('');
    expect(status).toBe(400);
    expect(body.errors[0]).toMatchObject({
      field: 'sort',
      code: 'too_many',
      message: expect.stringMatching(
        /^sort by latest looks at 3[456] days of each webhook, which it can for at most 1\d{3} webhooks: name some/,
      ),
    });
    expect((await ask('&since=20d')).status).toBe(200);
    await forget(1_300);
    expect((await ask('')).status).toBe(200);
  });
});
