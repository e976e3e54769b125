import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { HeaderList } from '../../http-client/header-list.ts';
import { newId } from '../../model/ids.ts';
import type { Target } from '../../model/webhook.ts';
import { composeRequest } from './compose-request.ts';
import type { Delivery } from './delivery.ts';

const SECRET = 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==';
const AT = Date.UTC(2021, 6, 25, 10, 0, 0, 987);
const WEBHOOK = newId(Date.now());
const INVOCATION = newId(Date.now());

function target(values: Partial<Target> = {}): Target {
  return {
    endpoint: 'https://example.com/hook',
    httpMethod: 'POST',
    requestFormat: 'json',
    authentication: undefined,
    customHeaders: undefined,
    signingSecret: SECRET,
    previousSecret: undefined,
    signingKeys: undefined,
    clientCertificate: undefined,
    ...values,
  };
}

let sealings = 0;
function seal(value: string): string {
  sealings++;
  return `sealed(${Buffer.from(value).toString('hex')})`;
}

function compose(values: Partial<Target> = {}, delivery: Partial<Delivery> = {}) {
  return composeRequest(
    {
      target: target(values),
      accountId: 42,
      webhookId: WEBHOOK,
      invocationId: INVOCATION,
      payload: '{"say": "hello"}',
      nowMs: AT,
      timeLimitMs: 12_000,
      standardWebhooks: false,
      ...delivery,
    },
    seal,
  );
}

const pairsOf = (headers: HeaderList) =>
  Array.from({ length: headers.length / 2 }, (_, index) => [
    headers[2 * index] as string,
    headers[2 * index + 1] as string,
  ]);
const map = (headers: HeaderList) => Object.fromEntries(pairsOf(headers));

describe('every request', () => {
  it('has the time of its own second', () => {
    const times = [AT, AT + 12, AT + 13, AT - 987, AT - 988, AT].map(
      (nowMs) => map(compose({}, { nowMs }).headers)['X-Zendesk-Webhook-Signature-Timestamp'],
    );
    expect(times.map((time) => time?.slice(-3))).toEqual([
      '00Z',
      '00Z',
      '01Z',
      '00Z',
      '59Z',
      '00Z',
    ]);
  });

  it('is signed like the check vector of the contract, with its headers', async () => {
    const request = compose();
    expect(pairsOf(request.headers)).toEqual([
      ['Content-Type', 'application/json; charset=utf-8'],
      ['User-Agent', 'Hooktrail'],
      ['Accept', '*/*'],
      ['X-Zendesk-Account-Id', '42'],
      ['X-Zendesk-Webhook-Id', WEBHOOK],
      ['X-Zendesk-Webhook-Invocation-Id', INVOCATION],
      ['X-Zendesk-Webhook-Signature-Timestamp', '2021-07-25T10:00:00Z'],
      ['X-Zendesk-Webhook-Signature', 'gf3v0LzLRHPUnIdhbvwRDVEvzSb07/QN0GYjSNlkBT0='],
    ]);
    expect(request.loggedHeaders).toEqual(request.headers);
    expect(request).toMatchObject({
      origin: 'https://example.com',
      path: '/hook',
      method: 'POST',
      body: Buffer.from('{"say": "hello"}'),
    });
  });

  it('sends and signs the exact bytes', async () => {
    const payload = '{"b":1, "a" : "é🦊\\u00e9", "n":12345678901234567890}\n';
    const { body, headers } = compose({}, { payload });
    expect(body?.toString()).toBe(payload);
    const expected = createHmac('sha256', SECRET)
      .update('2021-07-25T10:00:00Z')
      .update(payload)
      .digest('base64');
    expect(map(headers)['X-Zendesk-Webhook-Signature']).toBe(expected);
  });

  it('is signed again for each attempt', async () => {
    const webhook = target();
    const signatures = await Promise.all(
      [AT, AT + 5, AT + 1_000].map(async (nowMs) => {
        const { headers } = compose({}, { target: webhook, nowMs });
        return map(headers)['X-Zendesk-Webhook-Signature'];
      }),
    );
    expect(signatures[0]).toBe(signatures[1]);
    expect(signatures[2]).not.toBe(signatures[0]);
  });

  it('uses the current webhook', async () => {
    const before = compose({ endpoint: 'https://a.example/x' });
    const after = compose({ endpoint: 'https://b.example/y', signingSecret: 'other' });
    expect([before.origin, after.origin]).toEqual(['https://a.example', 'https://b.example']);
    expect(after.headers.at(-1)).not.toBe(before.headers.at(-1));
  });

  it.each([
    ['https://example.com', 'https://example.com', '/'],
    ['https://example.com/a%20b?c=d&c=e#f', 'https://example.com', '/a%20b?c=d&c=e'],
    ['http://example.com:8080/x', 'http://example.com:8080', '/x'],
    ['https://example.com:443/', 'https://example.com', '/'],
    ['https://münchen.example/ü', 'https://xn--mnchen-3ya.example', '/%C3%BC'],
    ['http://[2001:db8::1]:81/', 'http://[2001:db8::1]:81', '/'],
    [
      'https://example.com/{a}|[b]?c[]=^&d=%zz',
      'https://example.com',
      '/%7Ba%7D%7C%5Bb%5D?c%5B%5D=%5E&d=%25zz',
    ],
  ])('to %s goes to %s, %s', async (endpoint, origin, path) => {
    expect(compose({ endpoint })).toMatchObject({ origin, path });
  });
});

describe('request formats', () => {
  it.each([
    ['json', 'application/json; charset=utf-8'],
    ['xml', 'application/xml; charset=utf-8'],
    ['form_encoded', 'application/x-www-form-urlencoded; charset=utf-8'],
  ] as const)('%s is %s', async (requestFormat, type) => {
    for (const httpMethod of ['POST', 'PUT', 'PATCH'] as const) {
      const request = compose({ requestFormat, httpMethod }, { payload: 'a=1&b=2' });
      expect(map(request.headers)['Content-Type']).toBe(type);
      expect(request).toMatchObject({ method: httpMethod, path: '/hook' });
      expect(request.body?.toString()).toBe('a=1&b=2');
    }
  });

  it.each(['GET', 'DELETE'] as const)('%s has a query and no body', async (httpMethod) => {
    const request = compose({ httpMethod }, { payload: 'a=1&b=%C3%A9' });
    expect(request).toMatchObject({
      method: httpMethod,
      path: '/hook?a=1&b=%C3%A9',
      body: undefined,
    });
    // Then only the timestamp is signed.
    expect(map(request.headers)['X-Zendesk-Webhook-Signature']).toBe(
      createHmac('sha256', SECRET).update('2021-07-25T10:00:00Z').digest('base64'),
    );
    const added = compose(
      { httpMethod, endpoint: 'https://example.com/hook?z=0' },
      { payload: 'a=1' },
    );
    expect(added.path).toBe('/hook?z=0&a=1');
    expect(compose({ httpMethod }, { payload: '' }).path).toBe('/hook');
  });

  it.each(['GET', 'DELETE'] as const)(
    '%s has at most 8000 bytes of path and query',
    (httpMethod) => {
      const payload = (length: number) => `a=${'x'.repeat(length - '/hook?a='.length)}`;
      expect(compose({ httpMethod }, { payload: payload(8_000) }).path).toHaveLength(8_000);
      expect(() => compose({ httpMethod }, { payload: payload(8_001) })).toThrow(
        'path and query have 8001 bytes, and at most 8000 are sent',
      );
      expect(compose({}, { payload: payload(120_000) }).path).toBe('/hook');
    },
  );

  it('has an empty body when the payload is empty', async () => {
    expect(compose({}, { payload: '' }).body).toEqual(Buffer.alloc(0));
  });

  it.each([
    ['GET', 'json', 'a=1'],
    ['DELETE', 'json', ''],
    ['DELETE', 'xml', 'a=1'],
    ['POST', 'json', ''],
    ['PATCH', 'form_encoded', ''],
  ] as const)('%s %s with %j has no Content-Type: there is no body', (method, format, payload) => {
    const shape = { httpMethod: method, requestFormat: format };
    const { headers, loggedHeaders } = compose(shape, { payload });
    expect(headers.slice(0, 4)).toEqual(['User-Agent', 'Hooktrail', 'Accept', '*/*']);
    expect(loggedHeaders).toEqual(headers);
    // The caller's own stays.
    const customHeaders = { 'content-type': 'text/plain' };
    expect(map(compose({ ...shape, customHeaders }, { payload }).headers)).toMatchObject(
      customHeaders,
    );
  });
});

describe('authentication', () => {
  it('basic_auth', async () => {
    const { headers, loggedHeaders } = compose({
      authentication: {
        type: 'basic_auth',
        data: { username: 'josé', password: 'p:ä' },
        addPosition: 'header',
      },
    });
    const credentials = Buffer.from('josé:p:ä').toString('base64');
    expect(map(headers)['Authorization']).toBe(`Basic ${credentials}`);
    expect(map(loggedHeaders)['Authorization']).toBe('Basic ********');
    expect(JSON.stringify(loggedHeaders)).not.toContain(credentials);
  });

  it('bearer_token', async () => {
    const { headers, loggedHeaders } = compose({
      authentication: { type: 'bearer_token', data: { token: 't0ken' }, addPosition: 'header' },
    });
    expect(map(headers)['Authorization']).toBe('Bearer t0ken');
    expect(map(loggedHeaders)['Authorization']).toBe('Bearer ********');
  });

  it('api_key in a header', async () => {
    const { headers, loggedHeaders, path } = compose({
      authentication: {
        type: 'api_key',
        data: { name: 'X-Api-Key', value: 's3cret' },
        addPosition: 'header',
      },
    });
    expect(map(headers)['X-Api-Key']).toBe('s3cret');
    expect(map(loggedHeaders)['X-Api-Key']).toBe('********');
    expect(path).toBe('/hook');
  });

  it('api_key in the query', async () => {
    const { headers, loggedHeaders, path, loggedUrl } = compose({
      endpoint: 'https://example.com/hook?a=1',
      authentication: {
        type: 'api_key',
        data: { name: 'key&', value: 's3 cret=' },
        addPosition: 'query_string',
      },
    });
    expect(path).toBe('/hook?a=1&key%26=s3+cret%3D');
    expect(loggedUrl).toBe('https://example.com/hook?a=1&key%26=********');
    expect(loggedHeaders).toEqual(headers);
    expect(JSON.stringify(headers)).not.toContain('s3');
  });

  it('is combined with the query of a payload', async () => {
    const { path, loggedUrl } = compose(
      {
        httpMethod: 'GET',
        authentication: {
          type: 'api_key',
          data: { name: 'k', value: 'v' },
          addPosition: 'query_string',
        },
      },
      { payload: 'a=1' },
    );
    expect(path).toBe('/hook?k=v&a=1');
    expect(loggedUrl).toBe('https://example.com/hook?k=********&a=1');
  });
});

describe('Standard Webhooks', () => {
  // The example of the specification and of the documentation of its libraries.
  const webhook = target({ signingSecret: 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' });
  const example = {
    target: webhook,
    invocationId: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    payload: '{"test": 2432232314}',
    nowMs: 1_614_265_330_999,
    standardWebhooks: true,
  };
  const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
  const own = ({ headers }: { headers: HeaderList }) =>
    pairsOf(headers).filter(([name]) => name?.startsWith('webhook-'));

  it('signs the example of the specification, in addition to the other headers', () => {
    const request = compose({}, example);
    expect(own(request)).toEqual([
      ['webhook-id', 'msg_p5jXN8AQM9LWM0D4loKWxJek'],
      ['webhook-timestamp', '1614265330'],
      ['webhook-signature', SIGNATURE],
    ]);
    expect(own({ headers: request.loggedHeaders })).toEqual(own(request));
    const without = compose({}, { ...example, standardWebhooks: false });
    expect(own(without)).toEqual([]);
    expect(request.headers.slice(0, without.headers.length)).toEqual(without.headers);
  });

  it('signs no body when none is sent', () => {
    const bodiless = target({ ...webhook, httpMethod: 'GET' });
    const key = Buffer.from(webhook.signingSecret, 'base64');
    const expected = createHmac('sha256', key)
      .update(`${example.invocationId}.1614265330.`)
      .digest('base64');
    expect(own(compose({}, { ...example, target: bodiless, payload: 'a=1' }))[2]).toEqual([
      'webhook-signature',
      `v1,${expected}`,
    ]);
  });

  it('also signs with the previous secret, until it expires', () => {
    const rotated = target({
      signingSecret: Buffer.alloc(32, 1).toString('base64'),
      previousSecret: { text: webhook.signingSecret, until: new Date(1_614_265_331_000) },
    });
    const signatures = (nowMs: number) =>
      own(compose({}, { ...example, target: rotated, nowMs }))[2]?.[1]?.split(' ') ?? [];
    const during = signatures(1_614_265_330_999);
    expect(during).toHaveLength(2);
    expect(during[1]).toBe(SIGNATURE);
    expect(during[0]).toMatch(/^v1,[\w+/]{43}=$/);
    expect(signatures(1_614_265_331_000)).toHaveLength(1);
    // The Zendesk header holds one signature: the new secret's.
    const zendesk = (webhook: Target) =>
      map(compose({}, { ...example, target: webhook }).headers)['X-Zendesk-Webhook-Signature'];
    expect(zendesk(rotated)).toBe(zendesk(target({ signingSecret: rotated.signingSecret })));
  });

  it('is never signed with an empty key', () => {
    expect(() => compose({}, { ...example, target: target({ signingSecret: '=' }) })).toThrow(
      'the signing secret is empty',
    );
  });
});

describe('custom headers', () => {
  it('keep their order, and replace three of ours', async () => {
    const { headers } = compose({
      customHeaders: {
        'X-B': '1',
        'content-TYPE': 'text/plain',
        'X-A': '2',
        'user-agent': 'me',
        ACCEPT: 'text/html',
      },
    });
    expect(pairsOf(headers).slice(0, 5)).toEqual([
      ['X-B', '1'],
      ['content-TYPE', 'text/plain'],
      ['X-A', '2'],
      ['user-agent', 'me'],
      ['ACCEPT', 'text/html'],
    ]);
    expect(headers).not.toContain('Hooktrail');
    expect(headers).not.toContain('*/*');
    expect(headers).not.toContain('application/json; charset=utf-8');
  });

  it.each(['Content-Type', 'user-agent', 'ACCEPT', 'X-Api-Key'])(
    'and the key of a webhook saved earlier never send %s twice',
    (name) => {
      const { headers } = compose({
        authentication: { type: 'api_key', data: { name, value: 'key' }, addPosition: 'header' },
        customHeaders: { [name.toLowerCase()]: 'custom', X_Zendesk_Webhook_Id: 'other' },
      });
      const names = pairsOf(headers).map(([sent]) => sent?.toLowerCase().replaceAll('_', '-'));
      expect(new Set(names).size).toBe(names.length);
      expect(map(headers)[name]).toBe('key');
    },
  );

  it('are sealed for the trail, whatever their names', async () => {
    const customHeaders = { authorization: 'Bearer abc', 'X-API-key': 'k3y', 'X-Open': 'open' };
    const { headers, loggedHeaders } = compose({ customHeaders });
    expect(map(headers)).toMatchObject(customHeaders);
    expect(map(loggedHeaders)).toMatchObject(
      Object.fromEntries(Object.entries(customHeaders).map(([name, value]) => [name, seal(value)])),
    );
    expect(Object.keys(map(loggedHeaders))).toEqual(Object.keys(map(headers)));
  });

  it('are sealed once for each version of a target, not once for each request', async () => {
    const webhook = target({ customHeaders: { 'X-A': '1', 'X-B': '2' } });
    sealings = 0;
    for (let count = 0; count < 5; count++) compose({}, { target: webhook });
    expect(sealings).toBe(2);
  });
});

describe('a CloudEvent', () => {
  const custom = { customHeaders: { 'content-type': 'a/b', 'Ce-Id': 'forged', 'X-A': '1' } };

  it.each([
    ['binary', 'a/b'],
    ['structured', 'application/cloudevents+json; charset=utf-8'],
  ] as const)('in %s mode has its headers once, whatever a test brings along', (mode, type) => {
    const cloudEvents = { mode, source: '/s', handshake: false };
    const { headers, loggedHeaders } = compose(custom, { cloudEvents });
    for (const list of [headers, loggedHeaders]) {
      const of = (name: string) =>
        pairsOf(list).flatMap(([key, value]) => (key?.toLowerCase() === name ? [value] : []));
      expect(of('ce-id')).toEqual([INVOCATION]);
      expect(of('x-a')).toHaveLength(1);
    }
    const types = pairsOf(headers).filter(([name]) => name?.toLowerCase() === 'content-type');
    expect(types.map(([, value]) => value)).toEqual([type]);
  });
});
