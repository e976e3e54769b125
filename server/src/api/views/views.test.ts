import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  await api.sql('delete from saved_view');
});

const PATH = '/v1/views';
const VIEW = {
  name: 'Failed orders',
  screen: 'invocations',
  search: 'q=status%3Afailed&order=latest',
  columns: ['created_at', 'status'],
};
const call = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path = PATH, view?: object, token = '') =>
  api.call(method, path, view && { view }, { token: token || 'admin-1' });
const make = (view: object = VIEW, token?: string) => call('POST', PATH, view, token);
const list = async (token?: string) => (await call('GET', PATH, undefined, token)).body.views;

describe('saved views', () => {
  it('are saved, listed newest first, shown, replaced and deleted', async () => {
    const made = await make();
    expect(made.status).toBe(201);
    const { view } = made.body;
    expect(view).toEqual({
      ...VIEW,
      id: expect.any(String),
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    const second = (await make({ name: 'Paused', screen: 'webhooks' })).body.view;
    expect(second).toMatchObject({ search: '', columns: [] });
    expect(await list('read-1')).toEqual([second, view]);
    expect((await call('GET', `${PATH}/${view.id}`, undefined, 'read-1')).body).toEqual({ view });

    const changed = { name: 'Slow', screen: 'invocations', search: 'q=took%3A%3E5s' };
    const replaced = await call('PUT', `${PATH}/${view.id}`, changed);
    expect(replaced.status).toBe(200);
    expect(replaced.body.view).toMatchObject({ ...changed, id: view.id, columns: [] });
    expect(replaced.body.view.created_at).toBe(view.created_at);
    expect((await call('DELETE', `${PATH}/${second.id}`)).status).toBe(204);
    expect(await list()).toEqual([replaced.body.view]);
  });

  it('are of one account, and changed by admins', async () => {
    const { id } = (await make()).body.view;
    const path = `${PATH}/${id}`;
    expect(await list('admin-2')).toEqual([]);
    for (const method of ['GET', 'DELETE'] as const) {
      expect((await call(method, path, undefined, 'admin-2')).status).toBe(404);
    }
    expect((await call('PUT', path, VIEW, 'admin-2')).status).toBe(404);
    expect((await make(VIEW, 'admin-2')).status).toBe(201);
    for (const role of ['read-1', 'publish-1']) {
      expect((await make({ ...VIEW, name: role }, role)).status).toBe(403);
      expect((await call('PUT', path, VIEW, role)).status).toBe(403);
      expect((await call('DELETE', path, undefined, role)).status).toBe(403);
    }
    expect((await call('GET', PATH, undefined, 'publish-1')).status).toBe(403);
    expect(await list()).toHaveLength(1);
  });

  it('are changed with a row of the audit', async () => {
    const { id } = (await make()).body.view;
    await call('PUT', `${PATH}/${id}`, { ...VIEW, name: 'Lost orders' });
    await call('DELETE', `${PATH}/${id}`);
    const { body } = await api.call('GET', '/v1/audit');
    expect(body.audit.slice(0, 3)).toEqual(
      [
        { operation: 'deleteView', changes: expect.arrayContaining([]) },
        {
          operation: 'replaceView',
          changes: [{ field: 'name', from: 'Failed orders', to: 'Lost orders' }],
        },
        {
          operation: 'createView',
          changes: Object.entries(VIEW).map(([field, to]) => ({ field, to })),
        },
      ].map((row) => expect.objectContaining({ ...row, target: { type: 'view', id } })),
    );
  });

  it('are at most 100, also when two are saved at once', async () => {
    await api.sql(`insert into saved_view (account_id, id, name, screen, search, columns, updated_at)
      select 1, gen_random_uuid(), n::text, 'invocations', '', '{}', now() from generate_series(1, 99) n`);
    const made = await Promise.all([1, 2, 3].map((n) => make({ ...VIEW, name: `new ${n}` })));
    expect(made.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const refused = made.find(({ status }) => status === 409);
    expect(refused?.body.error).toMatchObject({
      code: 'TooManyViews',
      message: 'this account already has 100 saved views, the maximum: delete unused ones first',
    });
    expect(await list()).toHaveLength(100);
    // One is still replaced.
    const [{ id }] = await list();
    expect((await call('PUT', `${PATH}/${id}`, { ...VIEW, name: 'kept' })).status).toBe(200);
  });

  it('have different names on one screen, also when two are saved at once', async () => {
    const made = await Promise.all([make(), make()]);
    expect(made.map(({ status }) => status).sort()).toEqual([201, 422]);
    const refused = made.find(({ status }) => status === 422);
    expect(refused?.body.errors).toEqual([
      expect.objectContaining({
        code: 'duplicate',
        field: 'view.name',
        message:
          'view.name must not be that of another view of the screen invocations, got "Failed orders"',
      }),
    ]);
    expect((await make({ ...VIEW, screen: 'webhooks' })).status).toBe(201);
    const other = (await make({ ...VIEW, name: 'other' })).body.view;
    expect((await call('PUT', `${PATH}/${other.id}`, VIEW)).status).toBe(422);
    // Its own name is no other's.
    expect((await call('PUT', `${PATH}/${other.id}`, { ...VIEW, name: 'other' })).status).toBe(200);
  });

  it.each([
    [{ name: '' }, 'view.name', 'too_short'],
    [{ name: ' \u200b' }, 'view.name', 'invalid_format'],
    [{ name: 'n'.repeat(256) }, 'view.name', 'too_long'],
    [{ name: 'a\u0000' }, 'view.name', 'invalid_characters'],
    [{ screen: 'Invocations' }, 'view.screen', 'invalid_format'],
    [{ screen: '../x' }, 'view.screen', 'invalid_format'],
    [{ screen: 's'.repeat(65) }, 'view.screen', 'too_long'],
    [{ search: '?q=x' }, 'view.search', 'invalid_format'],
    [{ search: 'q'.repeat(4_001) }, 'view.search', 'too_long'],
    [{ search: 'q=\ud800' }, 'view.search', 'invalid_characters'],
    [{ columns: 'status' }, 'view.columns', 'wrong_type'],
    [{ columns: Array.from({ length: 33 }, (_, n) => `c${n}`) }, 'view.columns', 'too_many'],
    [{ columns: ['status', 'name', 'status'] }, 'view.columns[2]', 'duplicate'],
    [{ columns: ['c'.repeat(65)] }, 'view.columns[0]', 'too_long'],
    [{ colour: 'red' }, 'view.colour', 'unknown_field'],
  ])('with %j are refused', async (change, field, code) => {
    const { status, body } = await make({ ...VIEW, ...change });
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ field, code })]]);
    expect(await list()).toEqual([]);
  });

  it('may be as large as the limits say', async () => {
    const columns = Array.from({ length: 32 }, (_, n) => `${n}`.padEnd(64, 'c'));
    const view = {
      name: 'n'.repeat(255),
      screen: 's'.repeat(64),
      search: '€'.repeat(4_000),
      columns,
    };
    const { status, body } = await make(view);
    expect(status).toBe(201);
    expect(body.view).toMatchObject(view);
  });

  it.each(['nonsense', '01ARZ3NDEKTSV4RRFFQ69G5FAV'])('%s is no view', async (id) => {
    for (const method of ['GET', 'DELETE'] as const) {
      expect((await call(method, `${PATH}/${id}`)).body.error).toMatchObject({
        code: 'RecordNotFound',
        message: `there is no view ${id}`,
      });
    }
    expect((await call('PUT', `${PATH}/${id}`, VIEW)).status).toBe(404);
  });
});
