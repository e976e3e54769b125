import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ALERT_KINDS } from '../../model/alert.ts';
import { uuidFromId } from '../../model/ids.ts';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
let webhookId: string;
beforeAll(async () => {
  api = await startTestApi();
  webhookId = (await api.webhook({ name: 'Orders' })).id;
});
afterAll(() => api.stop());
beforeEach(async () => {
  for (const table of ['alert', 'alert_rule', 'alert_mute', 'audit']) {
    await api.sql(`delete from ${table}`);
  }
});

const get = async (path: string, token = 'read-1') =>
  (await api.call('GET', path, undefined, { token })).body;
const listed = async (query = '', token?: string): Promise<string[]> =>
  (await get(`/v1/alerts${query}`, token)).alerts.map(({ id }: { id: string }) => id);
const change = (kind: string, rule: object, token = 'admin-1') =>
  api.call('PATCH', `/v1/alert-rules/${kind}`, { rule }, { token });
const mute = (one: object, token = 'admin-1') =>
  api.call('POST', '/v1/alert-mutes', { mute: one }, { token });
const resolve = (id: string) =>
  api.sql('update alert set resolved_at = now() where id = $1', [uuidFromId(id)]);

describe('alerts', () => {
  it('are listed by state, kind and webhook, those first that opened last', async () => {
    const first = await api.alert({ webhookId });
    const second = await api.alert({ kind: 'gap' });
    const third = await api.alert();
    await resolve(second);
    expect(await listed()).toEqual([third, second, first]);
    expect(await listed('?filter[state]=open')).toEqual([third, first]);
    expect(await listed('?filter[state]=resolved')).toEqual([second]);
    expect(await listed('?filter[kind]=gap')).toEqual([second]);
    expect(await listed(`?filter[webhook_id]=${webhookId}`)).toEqual([first]);
    expect(await listed('?filter[state]=open&filter[kind]=gap')).toEqual([]);
    expect(await listed('', 'admin-2')).toEqual([]);
    const pages: string[] = [];
    let next = '/v1/alerts?page[size]=1';
    while (next !== '') {
      const body = await get(next);
      pages.push(...body.alerts.map(({ id }: { id: string }) => id));
      const url = body.links.next === undefined ? undefined : new URL(body.links.next);
      next = url === undefined ? '' : url.pathname + url.search;
    }
    expect(pages).toEqual([third, second, first]);
  });

  it.each([
    ['filter[state]=closed', 'filter[state]'],
    ['filter[kind]=x', 'filter[kind]'],
    ['filter[webhook_id]=x', 'filter[webhook_id]'],
    ['filter[severity]=critical', 'filter[severity]'],
  ])('refuse %s', async (query, field) => {
    const { status, body } = await api.call('GET', `/v1/alerts?${query}`);
    expect([status, body.errors[0].field]).toEqual([400, field]);
  });

  it('say what happened, what to do and where to look', async () => {
    const id = await api.alert({ webhookId, facts: { name: 'Old name', paused: 1 } });
    const { alert } = await get(`/v1/alerts/${id}`);
    expect(alert).toMatchObject({
      id,
      state: 'open',
      summary:
        'Webhook "Old name": the oldest due invocation has been waiting for 30 min; the webhook is paused',
      advice: 'Resume the webhook, or mute it while it must stay paused.',
      url: `/console/webhooks/${webhookId}`,
      webhook: { id: webhookId, name: 'Orders' },
      notices: [],
    });
    expect(
      (await api.call('GET', `/v1/alerts/${id}`, undefined, { token: 'admin-2' })).status,
    ).toBe(404);
    expect((await api.call('GET', '/v1/alerts/x')).body.error.message).toBe('there is no alert x');
  });

  it('are acknowledged once, and audited', async () => {
    const id = await api.alert();
    const path = `/v1/alerts/${id}/acknowledge`;
    const first = await api.call('POST', path, { note: 'I look' });
    expect(first.status).toBe(200);
    expect(first.body.alert).toMatchObject({ note: 'I look', acknowledged_by: expect.any(String) });
    const again = await api.call('POST', path);
    expect(again.body).toEqual(first.body);
    expect((await api.call('POST', path, undefined, { token: 'read-1' })).status).toBe(403);
    expect((await api.call('POST', path, undefined, { token: 'admin-2' })).status).toBe(404);
    const { audit } = await get('/v1/audit', 'admin-1');
    expect(audit).toHaveLength(1);
    expect(audit[0]).toMatchObject({
      operation: 'acknowledgeAlert',
      target: { type: 'alert', id },
      changes: [
        { field: 'acknowledged', to: true },
        { field: 'note', to: 'I look' },
      ],
    });
  });

  it.each([
    [{ note: 'n'.repeat(501) }, 'note', 'too_long'],
    [{ note: 'a\u0000' }, 'note', 'invalid_characters'],
    [{ reason: 'x' }, 'reason', 'unknown_field'],
  ])('are not acknowledged with %j', async (body, field, code) => {
    const id = await api.alert();
    const answer = await api.call('POST', `/v1/alerts/${id}/acknowledge`, body);
    expect([answer.status, answer.body.errors]).toEqual([
      422,
      [expect.objectContaining({ field, code })],
    ]);
  });
});

describe('rules', () => {
  it('have defaults, are changed member by member, and go back to the default', async () => {
    const rules = (await get('/v1/alert-rules')).rules;
    expect(rules.map(({ kind }: { kind: string }) => kind)).toEqual([...ALERT_KINDS]);
    expect(rules.every((rule: { is_default: boolean }) => rule.is_default)).toBe(true);
    const quiet = {
      time_zone: 'Europe/Berlin',
      from: '22:00',
      to: '07:00',
      days: ['fri', 'sat'],
      except_critical: false,
    };
    const changed = await change('failing', { threshold: 0.2, minimum: 5, quiet_hours: quiet });
    expect(changed.body.rule).toMatchObject({
      threshold: 0.2,
      minimum: 5,
      window_seconds: 900,
      quiet_hours: quiet,
      is_default: false,
    });
    expect((await change('failing', { minimum: null })).body.rule).toMatchObject({
      threshold: 0.2,
      minimum: 20,
    });
    const back = await change('failing', { threshold: 0.5, quiet_hours: null });
    expect(back.body.rule).toMatchObject({ quiet_hours: null, is_default: true });
    // Of another account nothing changed.
    expect((await get('/v1/alert-rules', 'admin-2')).rules).toEqual(rules);
    const { audit } = await get('/v1/audit', 'admin-1');
    expect(audit.map((row: { changes: unknown }) => row.changes)[1]).toEqual([
      { field: 'minimum', from: 5, to: 20 },
    ]);
  });

  it.each([
    ['failing', { threshold: 1.5 }, 'rule.threshold', 'out_of_range'],
    ['deactivated', { threshold: 2 }, 'rule.threshold', 'out_of_range'],
    ['backlog', { minimum: 5 }, 'rule.minimum', 'not_allowed'],
    ['backlog', { window_seconds: 600 }, 'rule.window_seconds', 'not_allowed'],
    ['failing', { window_seconds: 59 }, 'rule.window_seconds', 'out_of_range'],
    ['failing', { window_seconds: 21_601 }, 'rule.window_seconds', 'out_of_range'],
    ['storage', { window_seconds: 7 * 86_400 + 1 }, 'rule.window_seconds', 'out_of_range'],
    ['failing', { hold_seconds: 86_401 }, 'rule.hold_seconds', 'out_of_range'],
    ['failing', { resolve_seconds: -1 }, 'rule.resolve_seconds', 'out_of_range'],
    ['failing', { severity: 'bad' }, 'rule.severity', 'not_allowed'],
    ['failing', { quiet_hours: {} }, 'rule.quiet_hours.time_zone', 'required'],
    [
      'failing',
      {
        quiet_hours: {
          time_zone: 'Mars/Olympus',
          from: '22:00',
          to: '07:00',
          days: ['mon'],
          except_critical: true,
        },
      },
      'rule.quiet_hours.time_zone',
      'invalid_format',
    ],
  ])('of %s are not changed to %j', async (kind, rule, field, code) => {
    const { status, body } = await change(kind, rule);
    expect(status).toBe(422);
    expect(body.errors[0]).toMatchObject({ field, code });
    expect(
      (await get('/v1/alert-rules')).rules.every((one: { is_default: boolean }) => one.is_default),
    ).toBe(true);
  });

  it.each([
    [{ threshold: 'high' }, 'rule.threshold must be a number or null, got "high"'],
    [{ severity: 'bad' }, 'rule.severity must be one of warning, critical or null, got "bad"'],
  ])('say what %j should be', async (rule, message) => {
    expect((await change('failing', rule)).body.error.message).toBe(message);
  });

  it('of one threshold say so, and a kind that does not exist is named', async () => {
    const { error } = (await change('job', { threshold: 2 })).body;
    expect(error.message).toBe('rule.threshold must be 1 (jobs), got 2');
    const unknown = await change('x', {});
    expect([unknown.status, unknown.body.errors[0].source]).toEqual([404, { parameter: 'kind' }]);
  });

  it('are of the closed list, and changed by admins', async () => {
    expect((await change('weather', {})).body.error.message).toBe('there is no alert rule weather');
    expect((await change('failing', {}, 'read-1')).status).toBe(403);
    expect((await change('failing', { threshold: null })).body.rule.is_default).toBe(true);
  });
});

describe('mutes', () => {
  it('are of a kind, of a webhook, or both, until a time or for ever', async () => {
    const first = await mute({ kind: 'gap' });
    expect(first.status).toBe(201);
    const until = '2999-01-31T12:00:00.000Z';
    const second = await mute({ webhook_id: webhookId, kind: 'backlog', until });
    expect(second.body.mute).toEqual({
      id: expect.any(String),
      kind: 'backlog',
      webhook: { id: webhookId, name: 'Orders' },
      until,
      created_at: expect.any(String),
      created_by: expect.any(String),
    });
    expect((await get('/v1/alert-mutes')).mutes).toEqual([second.body.mute, first.body.mute]);
    await api.sql(`update alert_mute set until_at = now() where kind = 'backlog'`);
    expect((await get('/v1/alert-mutes')).mutes).toEqual([first.body.mute]);
    const path = `/v1/alert-mutes/${first.body.mute.id}`;
    expect((await api.call('DELETE', path, undefined, { token: 'admin-2' })).status).toBe(404);
    expect((await api.call('DELETE', path)).status).toBe(204);
    expect((await api.call('DELETE', path)).status).toBe(404);
    const operations = (await get('/v1/audit', 'admin-1')).audit.map(
      ({ operation }: { operation: string }) => operation,
    );
    expect(operations).toEqual(['deleteAlertMute', 'createAlertMute', 'createAlertMute']);
  });

  it('are created with what answers show: null ends never', async () => {
    const { status, body } = await mute({ kind: 'gap', until: null });
    expect([status, body.mute.until]).toEqual([201, null]);
    await api.call('DELETE', `/v1/alert-mutes/${body.mute.id}`);
  });

  it.each([
    [{}, 'mute', 'required'],
    [{ webhook_id: 'x' }, 'mute.webhook_id', 'invalid_format'],
    [{ kind: 'weather' }, 'mute.kind', 'not_allowed'],
    [{ kind: 'gap', until: 'tomorrow' }, 'mute.until', 'invalid_format'],
    [{ kind: 'gap', until: '2020-01-01T00:00:00Z' }, 'mute.until', 'out_of_range'],
    [{ kind: 'gap', for: '1h' }, 'mute.for', 'unknown_field'],
  ])('are not created with %j', async (one, field, code) => {
    const { status, body } = await mute(one);
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ field, code })]]);
  });

  it('of a webhook have a kind that is about webhooks, and its account', async () => {
    expect((await mute({ webhook_id: webhookId, kind: 'gap' })).body.errors[0].code).toBe(
      'conflict',
    );
    expect((await mute({ webhook_id: webhookId }, 'admin-2')).status).toBe(422);
  });

  it('are at most 1,000, also when two are created at once', async () => {
    await api.sql(`insert into alert_mute (account_id, id, kind, created_at, created_by)
      select 1, gen_random_uuid(), 'gap', now(), 'x' from generate_series(1, 999)`);
    const made = await Promise.all([1, 2, 3].map(() => mute({ kind: 'gap' })));
    expect(made.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(made.find(({ status }) => status === 409)?.body.error).toMatchObject({
      code: 'TooManyAlertMutes',
      message:
        'this account already has 1,000 mutes of alerts, the maximum: delete unused ones first',
    });
  });
});
