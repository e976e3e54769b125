import { describe, expect, it } from 'vitest';
import { type Webhook, type WebhookInput, Zendesk } from './index.ts';
import { answer, json, type Step, scriptedFetch } from './testing/scripted-fetch.ts';

const ID = '01GAM7TV71R1GVNG31T8TT3SQ9';

const stored = {
  id: ID,
  name: 'Hook',
  status: 'active',
  subscriptions: ['zen:event-type:ticket.created'],
  created_at: '2022-08-16T09:35:23Z',
  created_by: '35436',
  endpoint: 'https://example.com/hook',
  http_method: 'POST',
  request_format: 'json',
  authentication: { type: 'basic_auth', data: { username: 'u' }, add_position: 'header' },
  custom_headers: { 'x-a_b': '1' },
};

const model: Webhook = {
  id: ID,
  name: 'Hook',
  status: 'active',
  subscriptions: ['zen:event-type:ticket.created'],
  createdAt: new Date('2022-08-16T09:35:23Z'),
  createdBy: '35436',
  endpoint: 'https://example.com/hook',
  httpMethod: 'POST',
  requestFormat: 'json',
  authentication: { type: 'basic_auth', data: { username: 'u' }, addPosition: 'header' },
  customHeaders: { 'x-a_b': '1' },
};

const input: WebhookInput = {
  name: 'Hook',
  endpoint: 'https://example.com/hook',
  httpMethod: 'POST',
  requestFormat: 'json',
  status: 'active',
  subscriptions: ['zen:event-type:ticket.created'],
  authentication: { type: 'bearer_token', data: { token: 't' }, addPosition: 'header' },
  customHeaders: { 'x-a_b': '1' },
};

const written = {
  name: 'Hook',
  endpoint: 'https://example.com/hook',
  http_method: 'POST',
  request_format: 'json',
  status: 'active',
  subscriptions: ['zen:event-type:ticket.created'],
  authentication: { type: 'bearer_token', data: { token: 't' }, add_position: 'header' },
  custom_headers: { 'x-a_b': '1' },
};

const setUp = (...steps: Step[]) => {
  const { fetch, requests } = scriptedFetch(...steps);
  const zendesk = new Zendesk({ subdomain: 'acme', auth: { accessToken: 'x' }, fetch });
  const seen = () =>
    requests.map(({ method, url, body }) => [method, url.pathname + url.search, body]);
  return { webhooks: zendesk.webhooks, seen };
};

describe('webhooks', () => {
  it('are listed', async () => {
    const { webhooks, seen } = setUp(json({ webhooks: [stored], meta: { has_more: false } }));
    const query = { filterNameContains: 'ok', filterStatus: 'active', sort: '-name', pageSize: 5 };
    expect((await webhooks.list(query)).items).toEqual([model]);
    expect(await webhooks.list().all()).toEqual([model]);
    expect(seen().map(([method, path]) => [method, decodeURIComponent(path as string)])).toEqual([
      [
        'GET',
        '/api/v2/webhooks?filter[name_contains]=ok&filter[status]=active&sort=-name&page[size]=5',
      ],
      ['GET', '/api/v2/webhooks'],
    ]);
  });

  it('are created and cloned', async () => {
    const { webhooks, seen } = setUp(json({ webhook: stored }, { status: 201 }));
    expect(await webhooks.create(input)).toEqual(model);
    expect(await webhooks.clone(ID)).toEqual(model);
    expect(seen()).toEqual([
      ['POST', '/api/v2/webhooks', { webhook: written }],
      ['POST', `/api/v2/webhooks?clone_webhook_id=${ID}`, undefined],
    ]);
  });

  it('are returned, replaced, changed and deleted', async () => {
    const { webhooks, seen } = setUp(json({ webhook: stored }), answer(204));
    expect(await webhooks.get(ID)).toEqual(model);
    expect(await webhooks.update(ID, input)).toBeUndefined();
    expect(await webhooks.patch(ID, { status: 'inactive', authentication: null })).toBeUndefined();
    expect(await webhooks.delete(ID)).toBeUndefined();
    expect(seen()).toEqual([
      ['GET', `/api/v2/webhooks/${ID}`, undefined],
      ['PUT', `/api/v2/webhooks/${ID}`, { webhook: written }],
      [
        'PATCH',
        `/api/v2/webhooks/${ID}`,
        { webhook: { status: 'inactive', authentication: null } },
      ],
      ['DELETE', `/api/v2/webhooks/${ID}`, undefined],
    ]);
  });

  it('have signing secrets', async () => {
    const secret = { secret: 'c2VjcmV0', algorithm: 'SHA256' };
    const { webhooks, seen } = setUp(json({ signing_secret: secret }));
    expect(await webhooks.getSigningSecret(ID)).toEqual(secret);
    expect(await webhooks.resetSigningSecret(ID)).toEqual(secret);
    expect(seen()).toEqual([
      ['GET', `/api/v2/webhooks/${ID}/signing_secret`, undefined],
      ['POST', `/api/v2/webhooks/${ID}/signing_secret`, undefined],
    ]);
  });
});

describe('a test request', () => {
  const response = { status_code: 404, headers: [{ key: 'a_b', value: 'c' }], payload: 'no' };
  const test = { status: 'client error', message: '404', response_code: 404, response_body: 'no' };

  it('sends the fields that differ from a stored webhook', async () => {
    const { webhooks, seen } = setUp(json({}));
    await webhooks.test({ ...input, payload: [['a_b', 'c']] });
    await webhooks.test({ payload: { a_b: 'c' } }, { webhookId: ID });
    const { subscriptions: _, ...request } = written;
    expect(seen()).toMatchObject([
      ['POST', '/api/v2/webhooks/test', { request: { ...request, payload: [['a_b', 'c']] } }],
      ['POST', `/api/v2/webhooks/test?webhook_id=${ID}`, { request: { payload: { a_b: 'c' } } }],
    ]);
  });

  it.each([
    [
      'both shapes',
      { response, test },
      {
        status: 'client error',
        message: '404',
        statusCode: 404,
        response: { statusCode: 404, headers: [{ key: 'a_b', value: 'c' }], payload: 'no' },
      },
    ],
    [
      'the real shape',
      { response },
      {
        statusCode: 404,
        response: { statusCode: 404, headers: [{ key: 'a_b', value: 'c' }], payload: 'no' },
      },
    ],
    [
      'the documented shape',
      { test },
      {
        status: 'client error',
        message: '404',
        statusCode: 404,
        response: { headers: [], payload: 'no' },
      },
    ],
    [
      'no answer from the endpoint',
      { test: { status: 'timeout', message: 'no answer in 12 s' } },
      { status: 'timeout', message: 'no answer in 12 s' },
    ],
  ])('has one result for %s', async (_, body, result) => {
    const { webhooks } = setUp(json(body));
    expect(await webhooks.test({})).toStrictEqual(result);
  });
});
