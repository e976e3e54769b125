import { startZendeskDouble, type ZendeskDouble } from '@hooktrail/harness/zendesk/zendesk-double';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { uuidFromId } from '../../model/ids.ts';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
let remote: ZendeskDouble;
beforeAll(async () => {
  api = await startTestApi({ networks: ['127.0.0.0/8'] });
  remote = await startZendeskDouble();
  remote.rate.limit = Number.POSITIVE_INFINITY;
  remote.account.create();
  remote.callers.set({ accessToken: 'a_reader' }, 'reader');
  remote.callers.set({ accessToken: 'an_agent' }, 'agent');
});
afterAll(async () => {
  await remote.close();
  await api.stop();
});
beforeEach(async () => {
  await api.sql('delete from source');
});

const PATH = '/v1/sources';
const input = () => ({
  name: 'acme',
  base_url: remote.url,
  credentials: { email: remote.auth.email, api_token: remote.auth.apiToken },
});
const call = (method: string, path = PATH, source?: object, token = 'admin-1') =>
  api.call(method, path, source && { source }, { token });
const make = (changes: object = {}, token?: string) =>
  call('POST', PATH, { ...input(), ...changes }, token);

describe('sources', () => {
  it('are created with credentials that are tried, shown without them, changed and deleted', async () => {
    const made = await make({ resend_secrets: 'read', webhooks: ['01KE6P4YM0GT04FZZ8QHVRR2WH'] });
    expect(made.status).toBe(201);
    expect(made.body.access).toMatchObject({ webhooks: true });
    const { source } = made.body;
    expect(source).toMatchObject({
      name: 'acme',
      credentials: { type: 'api_token', email: remote.auth.email },
      bodies: { policy: 'failures' },
      budget_share: 70,
      masking: { enabled: true, headers: [], fields: [] },
      resend_secrets: 'read',
      state: 'polling',
    });
    expect(JSON.stringify(made.body)).not.toContain(remote.auth.apiToken);
    const path = `${PATH}/${source.id}`;
    expect((await call('GET', PATH, undefined, 'read-1')).body.sources).toEqual([source]);
    const changed = await call('PATCH', path, {
      name: 'support',
      bodies: { policy: 'sample', every: 10 },
      keep_months: 12,
      webhooks: null,
    });
    expect(changed.status).toBe(200);
    expect(changed.body).not.toHaveProperty('access');
    expect(changed.body.source).toMatchObject({
      name: 'support',
      bodies: { policy: 'sample', every: 10 },
      keep_months: 12,
      resend_secrets: 'read',
    });
    expect(changed.body.source).not.toHaveProperty('webhooks');
    expect((await call('POST', `${path}/pause`)).body.source.state).toBe('paused');
    expect((await call('POST', `${path}/resume`)).body.source.state).toBe('polling');
    expect((await call('POST', `${path}/poll`)).status).toBe(200);
    expect((await call('GET', `${path}/gaps`)).body.gaps).toEqual([]);
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('GET', path)).status).toBe(404);
    // Its name is free at once, while its rows are removed.
    expect((await make({ name: 'support' })).status).toBe(201);
    const { body } = await api.call('GET', '/v1/audit');
    const operations = body.audit.slice(0, 7).map((row: { operation: string }) => row.operation);
    expect(operations).toEqual([
      'createSource',
      'deleteSource',
      'pollSource',
      'resumeSource',
      'pauseSource',
      'patchSource',
      'createSource',
    ]);
    expect(JSON.stringify(body)).not.toContain(remote.auth.apiToken);
  });

  it('say what their credentials may read, and refuse those that may not list webhooks', async () => {
    const reader = await make({
      credentials: { access_token: 'a_reader' },
      resend_secrets: 'read',
    });
    expect(reader.body.access).toMatchObject({
      webhooks: true,
      invocations: true,
      signing_secrets: false,
      explanation: expect.stringContaining('They may not read signing secrets'),
    });
    for (const [token, why] of [
      ['an_agent', 'the credentials may not read this (403)'],
      ['nobody', 'the service refused the credentials (401)'],
    ] as const) {
      const refused = await make({ name: token, credentials: { access_token: token } });
      expect(refused.status).toBe(422);
      expect(refused.body.errors[0]).toMatchObject({
        field: 'source.credentials',
        message: expect.stringContaining(why),
      });
    }
    const gone = await make({ name: 'gone', base_url: 'http://127.0.0.1:81' });
    expect(gone.status).toBe(422);
    expect(gone.body.errors[0].field).toBe('source.base_url');
  });

  it('are tried without being created', async () => {
    const { credentials, ...rest } = input();
    const dry = (source: object, token?: string) =>
      api.call('POST', PATH, { source, dry_run: true }, { token: token ?? 'admin-1' });
    const tried = await dry({ ...rest, credentials });
    expect(tried.status).toBe(200);
    expect(Object.keys(tried.body)).toEqual(['access']);
    expect(tried.body.access).toMatchObject({ webhooks: true, invocations: true });
    const refused = await dry({ ...rest, credentials: { access_token: 'nobody' } });
    expect(refused.status).toBe(422);
    expect(refused.body.errors[0].field).toBe('source.credentials');
    expect((await dry({ ...rest, credentials }, 'read-1')).status).toBe(403);
    expect((await call('GET')).body.sources).toEqual([]);
    // Created afterwards, its name is taken: that is said by a try, too.
    expect((await make()).status).toBe(201);
    expect((await dry({ ...rest, credentials })).body.errors[0].code).toBe('duplicate');
  });

  it('list their webhooks as the service shows them, and how far each is read', async () => {
    const { id } = (await make()).body.source;
    const path = `${PATH}/${id}/webhooks`;
    await api.sql(
      `insert into archive_webhook (id, account_id, source_id, remote_id, name, endpoint, gone_at)
      select gen_random_uuid(), 1, $1, 'r' || n, 'w' || n, 'https://hooks.example/in/hi_SECRET?key=S',
        case when n > 3 then now() end
      from generate_series(1, 5) as n`,
      [uuidFromId(id)],
    );
    const names = (body: { webhooks: { name: string }[] }) => body.webhooks.map((one) => one.name);
    const all = (await call('GET', path)).body;
    expect(names(all).toSorted()).toEqual(['w1', 'w2', 'w3', 'w4', 'w5']);
    expect(names((await call('GET', `${path}?state=gone`)).body).toSorted()).toEqual(['w4', 'w5']);
    const existing = (await call('GET', `${path}?state=existing`)).body;
    expect(existing.webhooks).toHaveLength(3);
    expect(existing.webhooks[0]).not.toHaveProperty('gone_at');
    // Page by page, and a cursor of one list is refused by the other.
    const first = (await call('GET', `${path}?state=existing&page%5Bsize%5D=2`)).body;
    const after = `page%5Bafter%5D=${first.meta.after_cursor}`;
    const second = (await call('GET', `${path}?state=existing&${after}`)).body;
    expect([...names(first), ...names(second)]).toEqual(names(existing));
    expect((await call('GET', `${path}?${after}`)).body.error.code).toBe('InvalidCursor');
    // Whoever has the address of an inbox may publish.
    expect(all.webhooks[0].endpoint).toBe('https://hooks.example/in/hi_SECRET?key=S');
    const read = (await call('GET', path, undefined, 'read-1')).body;
    expect(read.webhooks[0].endpoint).toBe('https://hooks.example/in/********?********');
    expect((await call('GET', path, undefined, 'admin-2')).status).toBe(404);
    expect((await call('GET', `${path}?state=lost`)).body.error.code).toBe('InvalidParameter');
    await api.sql('delete from archive_webhook where source_id = $1', [uuidFromId(id)]);
  });

  it('are compared with inboxes, in spans that are refused before anything is read', async () => {
    const { id } = (await make()).body.source;
    const path = `${PATH}/${id}/reconcile`;
    const hourMs = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 20 * 3_600_000;
    const ids = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'];
    await api.sql(
      `insert into archive_webhook (id, account_id, source_id, remote_id, name, inbox_id, inbox_since_at,
        inbox_seen_at, reconciled_at, gone_at)
      select w.id, 1, $1, w.name, w.name, gen_random_uuid(), $2, now(), w.until, w.gone
      from (values ($3::uuid, 'there', $4::timestamptz, null::timestamptz), ($5::uuid, 'gone', $2::timestamptz, $2::timestamptz)) as w (id, name, until, gone)`,
      [uuidFromId(id), new Date(hourMs), ids[0], new Date(hourMs + 7_200_000), ids[1]],
    );
    await api.sql(
      `insert into reconcile_hour
      select $1, $2::timestamptz + n * interval '1 hour', $3, gen_random_uuid(), $2, $2, 1, 0, 0, 0, 0, 0
      from generate_series(0, 1) as n`,
      [uuidFromId(id), new Date(hourMs), ids[0]],
    );
    // The gap of the first hour is older than more of them than one page reads.
    await api.sql(
      `insert into archive_gap
      select $1, gen_random_uuid(), 1, $3, $2::timestamptz + n * interval '5 hours', $2::timestamptz + n * interval '5 hours',
        'log erased', now()
      from generate_series(1, 1001) as m, lateral (select (m > 1)::integer) as of_gap (n)`,
      [uuidFromId(id), new Date(hourMs), ids[0]],
    );
    const first = (await call('GET', `${path}?page%5Bsize%5D=1`)).body;
    expect([first.hours[0].unknown, first.total.arrived]).toEqual([undefined, 2]);
    const after = `page%5Bafter%5D=${first.meta.after_cursor}`;
    const second = (await call('GET', `${path}?page%5Bsize%5D=1&${after}`)).body;
    expect(second.hours[0].unknown).toBe('log erased');
    // One that is gone is not compared any more, and holds up nothing.
    expect([first.meta.webhooks, first.meta.compared_until]).toEqual([
      1,
      new Date(hourMs + 7_200_000).toISOString(),
    ]);
    const errorOf = async (query: string, tail = '') =>
      (await call('GET', `${path}${tail}?${query}`)).body.errors[0];
    for (const tail of ['', '/invocations']) {
      const kind = tail === '' ? '' : '&kind=failed';
      expect(
        await errorOf(`from=2026-01-01T00:00:00Z&to=2026-02-03T00:00:00Z${kind}`, tail),
      ).toMatchObject({
        field: 'from',
        code: 'out_of_range',
        message: 'from must be at most 31 days before to',
      });
    }
    await api.sql(
      `insert into archive_webhook (id, account_id, source_id, remote_id, name, inbox_id, inbox_since_at,
        inbox_seen_at, reconciled_at)
      select gen_random_uuid(), 1, $1, 'r' || n, 'w', gen_random_uuid(), now(), now(), now()
      from generate_series(1, 133) as n`,
      [uuidFromId(id)],
    );
    expect(await errorOf('from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z')).toMatchObject({
      field: 'from',
      code: 'too_many',
      message: expect.stringContaining('100440 hours of 135 webhooks'),
    });
    const one = (await call('GET', `${path}?webhook=${first.hours[0].webhook.id}`)).body;
    expect(one.total.arrived).toBe(2);
    for (const table of ['archive_gap', 'reconcile_hour', 'archive_webhook']) {
      await api.sql(`delete from ${table} where source_id = $1`, [uuidFromId(id)]);
    }
  });

  it('are no failure where webhooks are left out, and say so', async () => {
    const { id } = (await make()).body.source;
    const show = async (code: string) => {
      await api.sql(`update source set error_code = $1, error = 'why', error_at = now()`, [code]);
      return (await call('GET', `${PATH}/${id}`)).body.source;
    };
    expect(await show('limit')).toMatchObject({ state: 'polling', error: { message: 'why' } });
    expect(await show('unavailable')).toMatchObject({
      state: 'failing',
      error: { message: 'why' },
    });
  });

  it('keep their credentials from another server', async () => {
    const { id } = (await make()).body.source;
    const other = await call('PATCH', `${PATH}/${id}`, { base_url: 'http://127.0.0.1:82' });
    expect(other.status).toBe(422);
    expect(other.body.errors[0]).toMatchObject({ field: 'source.credentials', code: 'required' });
  });

  it('are of one account, and changed by admins', async () => {
    const { id } = (await make()).body.source;
    const path = `${PATH}/${id}`;
    expect((await call('GET', PATH, undefined, 'admin-2')).body.sources).toEqual([]);
    for (const [method, tail] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/pause'],
      ['POST', '/poll'],
      ['GET', '/gaps'],
    ]) {
      expect((await call(method as string, path + tail, undefined, 'admin-2')).status).toBe(404);
    }
    expect((await call('PATCH', path, { name: 'x' }, 'admin-2')).status).toBe(404);
    expect((await make({}, 'admin-2')).status).toBe(201);
    for (const role of ['read-1', 'publish-1']) {
      expect((await make({ name: role }, role)).status).toBe(403);
      expect((await call('PATCH', path, { name: 'x' }, role)).status).toBe(403);
      expect((await call('POST', `${path}/poll`, undefined, role)).status).toBe(403);
    }
  });

  it('are at most 20, with different names', async () => {
    await api.sql(`insert into source (id, account_id, name)
      select gen_random_uuid(), 1, 'n' || n from generate_series(1, 19) n`);
    const made = await Promise.all([1, 2].map((n) => make({ name: `new-${n}` })));
    expect(made.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(made.find(({ status }) => status === 409)?.body.error.code).toBe('TooManySources');
    await api.sql('delete from source');
    const twins = await Promise.all([make(), make()]);
    expect(twins.map(({ status }) => status).sort()).toEqual([201, 422]);
  });

  it.each([
    [{ name: 'local' }, 'source.name', 'reserved'],
    [{ name: 'a b' }, 'source.name', 'invalid_format'],
    [{ name: '' }, 'source.name', 'too_short'],
    [{ base_url: 'ftp://x' }, 'source.base_url', 'invalid_format'],
    [{ base_url: 'https://x.example/?a=b' }, 'source.base_url', 'not_allowed'],
    [{ base_url: 'http://169.254.169.254' }, 'source.base_url', 'not_allowed'],
    [{ subdomain: 'acme' }, 'source.base_url', 'conflict'],
    [{ base_url: undefined, subdomain: 'a.b' }, 'source.subdomain', 'invalid_format'],
    [{ base_url: undefined }, 'source.subdomain', 'required'],
    [{ credentials: { email: 'a@b.example' } }, 'source.credentials', 'required'],
    [{ credentials: { access_token: 'x', api_token: 'y' } }, 'source.credentials', 'required'],
    [{ bodies: { policy: 'sample' } }, 'source.bodies.every', 'required'],
    [{ bodies: { policy: 'all', every: 2 } }, 'source.bodies.every', 'not_allowed'],
    [{ budget_share: 101 }, 'source.budget_share', 'out_of_range'],
    [{ keep_months: 0 }, 'source.keep_months', 'out_of_range'],
    [{ surprise: 1 }, 'source.surprise', 'unknown_field'],
  ])('refuse %j', async (changes, field, code) => {
    const refused = await make(changes);
    expect(refused.status).toBe(422);
    expect(refused.body.errors[0]).toMatchObject({ field, code });
  });
});
