import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { uuidFromId } from '../../model/ids.ts';
import { DAY_MS } from '../../model/time-units.ts';
import { createHeaderBox } from '../../secrets/header-box.ts';
import { createSecretBox } from '../../secrets/secret-box.ts';
import { idAt, startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

async function list(webhookId: string, invocationId: string, query = '', token = 'admin-1') {
  const path = `/api/v2/webhooks/${webhookId}/invocations/${invocationId}/attempts`;
  return api.call('GET', `${path}${query}`, undefined, { token });
}

test('lists newest first, each in both shapes', async () => {
  const { id } = await api.webhook();
  const startMs = Date.now() - 60_000;
  const eventId = idAt(startMs);
  const body = '{"type":"zen:event-type:ticket.created","detail":{"subject":"Grüße"}}';
  await api.event(eventId, body);
  const invocation = await api.invocation(id, { createdMs: startMs, eventId, attempts: 2 });
  const [first, second] = [idAt(startMs + 10), idAt(startMs + 5_000)];
  await api.attempt(id, invocation, {
    id: first,
    number: 1,
    status: 'timeout',
    durationMs: 12_000,
    errorMessage: 'timeout: no answer within 12000 ms',
  });
  await api.attempt(id, invocation, {
    id: second,
    number: 2,
    status: 'server error',
    statusCode: 503,
    durationMs: 34,
    requestHeaders: ['Content-Type', 'application/json', 'Authorization', 'Basic ********'],
    responseHeaders: [
      'Retry-After',
      '5',
      'Set-Cookie',
      'a=1',
      'set-cookie',
      'b=2',
      '__proto__',
      'x',
    ],
    responseBody: 'later',
    responseLength: 70_000,
    method: 'POST',
    url: 'https://example.com/hook?key=********',
  });

  const answer = await list(id, invocation);
  expect(answer.status).toBe(200);
  const payload_length = Buffer.byteLength(body);
  expect(answer.body).toEqual({
    attempts: [
      {
        id: second,
        invocation_id: invocation,
        status: 'server error',
        status_code: 503,
        response_code: 503,
        created_at: new Date(startMs + 5_000).toISOString(),
        completed_at: new Date(startMs + 5_034).toISOString(),
        duration_ms: 34,
        trigger: 'schedule',
        method: 'POST',
        url: 'https://example.com/hook?key=********',
        request: {
          headers: [
            { key: 'Content-Type', value: 'application/json' },
            { key: 'Authorization', value: 'Basic ********' },
          ],
          payload: body,
          payload_length,
        },
        response: {
          headers: [
            { key: 'Retry-After', value: '5' },
            { key: 'Set-Cookie', value: 'a=1' },
            { key: 'set-cookie', value: 'b=2' },
            { key: '__proto__', value: 'x' },
          ],
          payload: 'later',
          payload_length: 70_000,
        },
        response_headers: JSON.parse('{"retry-after":"5","set-cookie":"a=1, b=2","__proto__":"x"}'),
        response_body: 'later',
        response_length: 70_000,
      },
      {
        id: first,
        invocation_id: invocation,
        status: 'timeout',
        created_at: new Date(startMs + 10).toISOString(),
        completed_at: new Date(startMs + 12_010).toISOString(),
        duration_ms: 12_000,
        trigger: 'schedule',
        error_message: 'timeout: no answer within 12000 ms',
        request: {
          headers: [{ key: 'Content-Type', value: 'application/json' }],
          payload: body,
          payload_length,
        },
      },
    ],
    meta: { has_more: false },
  });
  const read = await list(id, invocation, '', 'read-1');
  expect(read.body.attempts[0].url).toBe('https://example.com/hook?********');
});

test('shows the phases of an attempt under /v1, and none that did not happen', async () => {
  const { id } = await api.webhook();
  const startMs = Date.now() - 60_000;
  const invocation = await api.invocation(id, { createdMs: startMs, attempts: 3 });
  const attempts = [
    { durationMs: 163, phases: [2, 18, -1, 41, 0, 97, 5] },
    { durationMs: 98, phases: [-1, -1, -1, -1, 0, 98, 0] },
    { durationMs: 0 },
  ];
  for (const [index, attempt] of attempts.entries()) {
    const number = index + 1;
    await api.attempt(id, invocation, {
      id: idAt(startMs + number),
      number,
      status: 'success',
      ...attempt,
    });
  }
  const call = async (path: string) => (await api.call('GET', path)).body;
  const expected = [
    { dns_ms: 2, connect_ms: 18, tls_ms: 41, request_ms: 0, first_byte_ms: 97, body_ms: 5 },
    { request_ms: 0, first_byte_ms: 98, body_ms: 0 },
    undefined,
  ];
  type Phased = { readonly phases: unknown };
  for (const path of [
    `/v1/webhooks/${id}/invocations/${invocation}`,
    `/v1/invocations/${invocation}`,
  ]) {
    const { attempts: listed } = await call(`${path}/attempts`);
    expect(listed.map(({ phases }: Phased) => phases).reverse()).toEqual(expected);
  }
  for (const [index, phases] of expected.entries()) {
    const { attempt } = await call(`/v1/invocations/${invocation}/attempts/${index + 1}`);
    expect(attempt.phases).toEqual(phases);
  }
  const { body } = await list(id, invocation);
  for (const attempt of body.attempts) expect(attempt).not.toHaveProperty('phases');
});

describe('the bytes of a decoded answer', () => {
  const RAW = Buffer.from('gr\xf6\xdfe\0', 'latin1');

  async function decoded(raw: Buffer, responseBody: string) {
    const { id } = await api.webhook();
    const invocation = await api.invocation(id);
    const attempt = {
      id: idAt(Date.now()),
      number: 1,
      status: 'success',
      statusCode: 200,
    } as const;
    const responseLength = raw.length;
    await api.attempt(id, invocation, {
      ...attempt,
      responseHeaders: [],
      responseBody,
      responseLength,
      responseRaw: raw,
    });
    return { id, invocation, path: `/v1/webhooks/${id}/invocations/${invocation}/attempts` };
  }

  test.each(['read-1', 'admin-1'])('are shown in base64 under /v1, to %s', async (token) => {
    const { id, invocation, path } = await decoded(RAW, 'größe\uFFFD');
    const { body } = await api.call('GET', path, undefined, { token });
    expect(body.attempts[0]).toMatchObject({
      response_body: 'größe\uFFFD',
      response_length: 6,
      response_body_raw: RAW.toString('base64'),
    });
    const [zendesk] = (await list(id, invocation, '', token)).body.attempts;
    expect(zendesk).not.toHaveProperty('response_body_raw');
  });

  test('are absent where the text has them all', async () => {
    const { id } = await api.webhook();
    const invocation = await api.invocation(id);
    const attempt = {
      id: idAt(Date.now()),
      number: 1,
      status: 'success',
      statusCode: 200,
    } as const;
    await api.attempt(id, invocation, { ...attempt, responseHeaders: [], responseBody: 'ok' });
    const path = `/v1/webhooks/${id}/invocations/${invocation}/attempts`;
    const [plain] = (await api.call('GET', path)).body.attempts;
    expect(plain).not.toHaveProperty('response_body_raw');
    const empty = await decoded(Buffer.alloc(0), '');
    const [none] = (await api.call('GET', empty.path)).body.attempts;
    expect(none).not.toHaveProperty('response_body_raw');
  });

  test('count for the 8 MiB of a page', async () => {
    const { invocation, path } = await decoded(Buffer.alloc(64 * 1024, 255), '');
    await api.sql(
      `insert into attempt
      select copy.*
      from attempt a, generate_series(2, 100) n,
        json_populate_record(a, json_build_object('number', n, 'id', gen_random_uuid())) copy
      where a.invocation_id = $1 and a.number = 1`,
      [uuidFromId(invocation)],
    );
    const run = vi.spyOn(api.database, 'run');
    const first = await api.call('GET', path);
    const at = run.mock.calls.findIndex(([query]) => query.name.startsWith('read-attempts'));
    const rows = (await run.mock.results[at]?.value) as unknown[];
    run.mockRestore();
    expect(rows.length).toBe(first.body.attempts.length + 1);
    const bytes = Buffer.byteLength(JSON.stringify(first.body));
    expect(bytes).toBeGreaterThan(7 * 1024 * 1024);
    expect(bytes).toBeLessThan(8 * 1024 * 1024 + 1_000);
    expect(first.body.meta.has_more).toBe(true);
  });

  test('are read from the database for /v1 only, and not beyond a page', async () => {
    const { id, invocation, path } = await decoded(Buffer.alloc(64 * 1024, 255), 'x');
    const run = vi.spyOn(api.database, 'run');
    await list(id, invocation);
    await api.call('GET', path);
    const read = run.mock.calls.filter(([query]) => query.name.startsWith('read-attempts'));
    run.mockRestore();
    expect(read.map(([, params]) => (params as unknown as { raw: boolean }).raw)).toEqual([
      false,
      true,
    ]);
  });
});

test('shows a response without headers or body', async () => {
  const { id } = await api.webhook();
  const invocation = await api.invocation(id);
  const attempt = { id: idAt(Date.now()), number: 1, status: 'success', statusCode: 204 } as const;
  await api.attempt(id, invocation, { ...attempt, responseHeaders: [], responseBody: '' });
  const [only] = (await list(id, invocation)).body.attempts;
  expect(only).toMatchObject({
    response: { headers: [], payload: '', payload_length: 0 },
    response_headers: {},
    response_body: '',
    response_length: 0,
  });
});

test('an invocation without attempts has an empty list', async () => {
  const { id } = await api.webhook();
  const invocation = await api.invocation(id, { status: 'accepted', attempts: 0 });
  expect((await list(id, invocation)).body).toEqual({ attempts: [], meta: { has_more: false } });
});

test('the payload is absent when the event is no longer kept', async () => {
  const { id } = await api.webhook();
  const invocation = await api.invocation(id);
  await api.attempt(id, invocation, { id: idAt(Date.now()), number: 1, status: 'failed' });
  const [only] = (await list(id, invocation)).body.attempts;
  expect(Object.keys(only.request)).toEqual(['headers']);
});

test.each([
  ['exactly 64 KiB', 'x'.repeat(65_536), 65_536],
  ['one byte more', 'x'.repeat(65_537), 65_536],
  ['a character across the limit', `${'x'.repeat(65_535)}é`, 65_535],
  ['many long characters', '😀'.repeat(65_536), 65_536],
])('a payload is shown up to 64 KiB with its true length: %s', async (_what, text, shown) => {
  const { id } = await api.webhook();
  const eventId = idAt(Date.now());
  await api.event(eventId, text);
  const invocation = await api.invocation(id, { eventId });
  await api.attempt(id, invocation, { id: idAt(Date.now()), number: 1, status: 'failed' });
  const [only] = (await list(id, invocation)).body.attempts;
  expect(only.request.payload_length).toBe(Buffer.byteLength(text));
  expect(Buffer.byteLength(only.request.payload)).toBe(shown);
  expect(text.startsWith(only.request.payload)).toBe(true);
});

test('404 for an invocation that is unknown, of another webhook, malformed, or too old', async () => {
  const { id } = await api.webhook();
  const other = await api.webhook();
  const old = Date.now() - 7 * DAY_MS - 1000;
  for (const invocation of [
    idAt(Date.now()),
    await api.invocation(other.id),
    'nonsense',
    await api.invocation(id, { latestMs: old }),
  ]) {
    const { status, body } = await list(id, invocation);
    expect(status).toBe(404);
    expect(body.error).toEqual({
      code: 'RecordNotFound',
      title: 'Not Found',
      message: `there is no invocation ${invocation} of this webhook`,
    });
  }
});

describe('pages', () => {
  interface Listed {
    readonly id: string;
  }

  /** Adds attempts in one statement; a thousand would take seconds otherwise. */
  async function addAttempts(invocation: string, webhookId: string, count: number, bytes: number) {
    await api.attempt(webhookId, invocation, {
      id: idAt(Date.now()),
      number: 1,
      status: 'failed',
      statusCode: 500,
      responseHeaders: ['A', 'b'],
      responseBody: 'x'.repeat(bytes),
    });
    await api.sql(
      `insert into attempt
      select copy.*
      from attempt a, generate_series(2, $2) n,
        json_populate_record(a, json_build_object('number', n, 'id', gen_random_uuid())) copy
      where a.invocation_id = $1 and a.number = 1`,
      [uuidFromId(invocation), count],
    );
  }

  /** The pages of a list, followed by its links in one direction. */
  async function walk(first: string, direction: 'next' | 'prev'): Promise<Listed[][]> {
    const pages: Listed[][] = [];
    let url: string | undefined = first;
    while (url !== undefined) {
      const { body } = await api.call('GET', url);
      pages.push(body.attempts);
      url = body.links?.[direction]?.replace(/^https?:\/\/[^/]*/, '');
    }
    return pages;
  }

  test('of 1,200 attempts have 100 each, both ways, and no body is read beyond a page', async () => {
    const { id } = await api.webhook();
    const invocation = await api.invocation(id, { attempts: 1_200 });
    await addAttempts(invocation, id, 1_200, 10);
    const path = `/api/v2/webhooks/${id}/invocations/${invocation}/attempts`;
    const pages = await walk(path, 'next');
    expect(pages.map((page) => page.length)).toEqual(Array(12).fill(100));
    const ids = pages.flat().map((attempt) => attempt.id);
    expect(new Set(ids).size).toBe(1_200);

    const { body } = await api.call('GET', `${path}?page[size]=7`);
    const second = await api.call(
      'GET',
      `${path}?page[size]=7&page[after]=${body.meta.after_cursor}`,
    );
    expect(second.body.meta).toMatchObject({
      has_more: true,
      before_cursor: expect.any(String),
    });
    const before = await api.call(
      'GET',
      `${path}?page[size]=7&page[before]=${second.body.meta.before_cursor}`,
    );
    expect(before.body.attempts).toEqual(body.attempts);

    const run = vi.spyOn(api.database, 'run');
    const explained = await api.call('GET', `/v1/webhooks/${id}/invocations/${invocation}`);
    const statements = run.mock.calls.map(([query]) => query.name);
    run.mockRestore();
    expect(statements).toContain('read-attempt-outcomes');
    expect(statements.filter((name) => name.startsWith('read-attempts'))).toEqual([]);
    const { timeline } = explained.body.invocation;
    expect(timeline.length).toBeLessThan(220);
    expect(JSON.stringify(timeline)).toContain('1100 earlier attempts are not shown here');
  });

  test('end early at 8 MiB, in both directions', async () => {
    const { id } = await api.webhook();
    const eventId = idAt(Date.now());
    await api.event(eventId, 'y'.repeat(64 * 1024));
    const invocation = await api.invocation(id, { eventId, attempts: 100 });
    await addAttempts(invocation, id, 100, 64 * 1024);
    const path = `/api/v2/webhooks/${id}/invocations/${invocation}/attempts`;
    const pages = await walk(path, 'next');
    expect(pages.length).toBe(3);
    for (const page of pages) {
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(8 * 1024 * 1024 + 1_000);
    }
    expect(new Set(pages.flat().map((attempt) => attempt.id)).size).toBe(100);
    const [first] = await walk(path, 'prev');
    const { body } = await api.call('GET', path);
    expect(body.meta).toMatchObject({ has_more: true, after_cursor: expect.any(String) });
    expect(first?.map((attempt) => attempt.id)).toEqual(pages[0]?.map((attempt) => attempt.id));
    const middle = await api.call('GET', `${path}?page[after]=${body.meta.after_cursor}`);
    const back = await api.call('GET', `${path}?page[before]=${middle.body.meta.before_cursor}`);
    expect(back.body.attempts.at(-1).id).toBe(pages[0]?.at(-1)?.id);
  });

  test('count a body by what it takes in the answer', async () => {
    const { id } = await api.webhook();
    const invocation = await api.invocation(id, { attempts: 20 });
    await addAttempts(invocation, id, 20, 10);
    await api.sql('update attempt set response_body = $2 where invocation_id = $1', [
      uuidFromId(invocation),
      '\u0001'.repeat(64 * 1024),
    ]);
    const path = `/api/v2/webhooks/${id}/invocations/${invocation}/attempts`;
    const pages = await walk(path, 'next');
    expect(pages.map((page) => page.length)).toEqual([10, 10]);
  });
});

describe('headers', () => {
  const box = createHeaderBox(createSecretBox(Buffer.alloc(32, 7)));
  const OWN = ['Content-Type', 'application/json', 'X-Zendesk-Webhook-Signature', 'sig='];
  const SENT = [
    ...OWN,
    ...['X-Functions-Key', box.seal('S1')],
    ...['X-Team', box.seal('S2')],
    ...['User-Agent', box.seal('S3')],
    ...['Authorization', 'Bearer ********'],
    ...['Ocp-Apim-Subscription-Key', 'S4: stored before values were sealed'],
    ...['X-Old', 'S5'],
  ];
  let path: string;
  let attemptId: string;
  let invocation: string;
  beforeAll(async () => {
    const { id } = await api.webhook();
    invocation = await api.invocation(id);
    attemptId = idAt(Date.now());
    const attempt = { id: attemptId, number: 1, status: 'success', statusCode: 200 } as const;
    await api.attempt(id, invocation, {
      ...attempt,
      requestHeaders: SENT,
      responseHeaders: ['Set-Cookie', 'session=S6', 'X-Auth-Token', 'S7', 'ETag', 'e'],
      responseBody: '',
    });
    path = `webhooks/${id}/invocations/${invocation}/attempts`;
  });

  async function seenBy(token: string) {
    const { body } = await api.call('GET', `/api/v2/${path}`, undefined, { token });
    const [{ request, response, response_headers }] = body.attempts;
    const plain = (pairs: { key: string; value: string }[]) =>
      Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
    return {
      request: plain(request.headers),
      response: plain(response.headers),
      joined: response_headers,
      text: JSON.stringify(body),
    };
  }

  test('a role that reads sees no value of a custom header, and no credential of an answer', async () => {
    const { request, response, joined, text } = await seenBy('read-1');
    expect(text).not.toMatch(/\bS\d\b/);
    expect(request).toEqual({
      'Content-Type': 'application/json',
      'X-Zendesk-Webhook-Signature': 'sig=',
      'X-Functions-Key': '********',
      'X-Team': '********',
      'User-Agent': '********',
      Authorization: 'Bearer ********',
      'Ocp-Apim-Subscription-Key': '********',
      'X-Old': '********',
    });
    expect(response).toEqual({ 'Set-Cookie': '********', 'X-Auth-Token': '********', ETag: 'e' });
    expect(joined).toEqual({ 'set-cookie': '********', 'x-auth-token': '********', etag: 'e' });
  });

  test.each(['admin-1', 'operator-1'])(
    '%s sees those that do not look like keys',
    async (token) => {
      const { request, response } = await seenBy(token);
      expect(request).toMatchObject({
        'X-Functions-Key': '********',
        'X-Team': 'S2',
        'User-Agent': 'S3',
        'Ocp-Apim-Subscription-Key': '********',
        'X-Old': 'S5',
        'X-Zendesk-Webhook-Signature': 'sig=',
      });
      expect(response).toMatchObject({ 'Set-Cookie': 'session=S6' });
    },
  );

  test('what another key sealed stays masked', async () => {
    const other = createHeaderBox(createSecretBox(Buffer.alloc(32, 8)));
    const { id } = await api.webhook();
    const one = await api.invocation(id);
    const attempt = { id: idAt(Date.now()), number: 1, status: 'failed' } as const;
    await api.attempt(id, one, { ...attempt, requestHeaders: ['X-Team', other.seal('S')] });
    const [shown] = (await list(id, one)).body.attempts;
    expect(shown.request.headers).toEqual([{ key: 'X-Team', value: '********' }]);
  });

  test('an admin reveals them, which stands in the audit', async () => {
    const reveal = (token: string, id = attemptId) =>
      api.call('POST', `/v1/${path}/${id}/reveal`, undefined, { token });
    const answer = await reveal('admin-1');
    expect(answer.status).toBe(200);
    const values = answer.body.request.headers.map(({ value }: { value: string }) => value);
    expect(values).toEqual([
      'application/json',
      'sig=',
      'S1',
      'S2',
      'S3',
      'Bearer ********',
      'S4: stored before values were sealed',
      'S5',
    ]);
    const { body } = await api.call('GET', '/v1/audit?filter[operation]=revealHeaders');
    expect(body.audit).toMatchObject([
      {
        operation: 'revealHeaders',
        target: { type: 'invocation', id: invocation },
        changes: [{ field: 'attempt', to: 1 }],
      },
    ]);
    expect(JSON.stringify(body)).not.toMatch(/\bS\d\b/);
    expect((await reveal('read-1')).status).toBe(403);
    expect((await reveal('publish-1')).status).toBe(403);
    expect((await reveal('admin-2')).status).toBe(404);
    for (const id of ['nothing', idAt(1)]) expect((await reveal('admin-1', id)).status).toBe(404);
    const after = await api.call('GET', '/v1/audit?filter[operation]=revealHeaders');
    expect(after.body.audit).toHaveLength(1);
  });

  test('what was erased cannot be revealed', async () => {
    const { id } = await api.webhook();
    const one = await api.invocation(id);
    const attempt = idAt(Date.now());
    await api.attempt(id, one, { id: attempt, number: 1, status: 'failed' });
    await api.sql('update attempt set request_headers = null where id = $1', [uuidFromId(attempt)]);
    const answer = await api.call(
      'POST',
      `/v1/webhooks/${id}/invocations/${one}/attempts/${attempt}/reveal`,
    );
    expect(answer.status).toBe(404);
    expect(JSON.stringify(answer.body)).toContain('the headers of this attempt were erased');
  });

  test('is not revealed when the audit cannot be written', async () => {
    await api.sql('alter table audit rename to audit_away');
    try {
      const answer = await api.call('POST', `/v1/${path}/${attemptId}/reveal`);
      expect(answer.status).toBeGreaterThanOrEqual(500);
      expect(JSON.stringify(answer.body)).not.toMatch(/\bS\d\b/);
    } finally {
      await api.sql('alter table audit_away rename to audit');
    }
  });
});

test('an invocation that waits is shown, however old it is', async () => {
  const { id } = await api.webhook();
  const old = Date.now() - 7 * DAY_MS - 1_000;
  const waiting = await api.invocation(id, { latestMs: old, dueMs: old });
  expect((await list(id, waiting)).status).toBe(200);
  const { status, body } = await api.call('GET', `/v1/webhooks/${id}/invocations/${waiting}`);
  expect(status).toBe(200);
  expect(body.invocation.explanation).toMatch(/The next attempt is due at/);
});
