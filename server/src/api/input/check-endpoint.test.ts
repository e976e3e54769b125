import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi, WEBHOOK } from '../../testing/test-api.ts';

/* Allowed: public addresses and 10.0.0.0/8, ports 80 and above. */
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const PATH = '/api/v2/webhooks';
const LOOPBACK = '127.0.0.1 is a loopback address';

const DISALLOWED: [endpoint: string, reason: string][] = [
  ['http://127.0.0.1/', LOOPBACK],
  ['http://127.0.0.1./', LOOPBACK],
  ['http://127.1/', LOOPBACK],
  ['http://0x7f.1/', LOOPBACK],
  ['http://0X7F.0.0.1/', LOOPBACK],
  ['http://2130706433/', LOOPBACK],
  ['http://017700000001/', LOOPBACK],
  ['http://①②⑦.⓪.⓪.①/', LOOPBACK],
  ['http://１２７。０。０。１/', LOOPBACK],
  ['http://%31%32%37.0.0.1/', LOOPBACK],
  ['http:///127.0.0.1/', LOOPBACK],
  ['http://[::ffff:127.0.0.1]/', LOOPBACK],
  ['http://[::ffff:7f00:1]/', LOOPBACK],
  ['http://[0:0:0:0:0:FFFF:7F00:1]/', LOOPBACK],
  ['http://[::127.0.0.1]/', '::7f00:1 is an IPv4-compatible address'],
  ['http://[::8.8.8.8]/', '::808:808 is an IPv4-compatible address'],
  ['http://[::1]/', '::1 is a loopback address'],
  ['http://[::]/', ':: is an unspecified address'],
  ['http://0/', '0.0.0.0 is an unspecified address'],
  ['http://localhost/', LOOPBACK],
  ['http://LOCALHOST:8080/', LOOPBACK],
  ['http://localhost./', LOOPBACK],
  ['http://api.localhost/', LOOPBACK],
  ['http://169.254.169.254/latest/', '169.254.169.254 is a link-local address (cloud metadata)'],
  ['http://[fd00:ec2::254]/', 'fd00:ec2::254 is a unique-local address (cloud metadata)'],
  ['http://192.168.1.1/', '192.168.1.1 is a private address'],
  ['http://[fe80::1]/', 'fe80::1 is a link-local address'],
  ['http://[64:ff9b::7f00:1]/', '64:ff9b::7f00:1 is a NAT64 address'],
  ['http://[2002:7f00:1::]/', '2002:7f00:1:: is a 6to4 address'],
  ['https://example.com:22/', 'port 22 is not allowed; see HOOKTRAIL_ALLOWED_PORTS'],
  ['http://10.0.0.1:79/', 'port 79 is not allowed; see HOOKTRAIL_ALLOWED_PORTS'],
];

const ALLOWED = [
  'https://example.com/hook',
  'https://example.com./hook',
  'https://example.com:8443/',
  'http://billing.default.svc:8080/',
  'http://billing/',
  'http://93.184.216.34/',
  'http://[2606:4700:4700::1111]/',
  'http://[::ffff:5db8:d822]/',
  'http://10.1.2.3:9000/',
  'http://[::ffff:10.1.2.3]/',
  'https://localhost.example.com/',
  'https://bücher.example/',
];

describe('an endpoint that deliveries may not reach', () => {
  test.each(DISALLOWED)(
    'is rejected, and the message names the rule: %s',
    async (endpoint, reason) => {
      const { id } = await api.webhook();
      const calls: [string, string, object, string][] = [
        ['POST', PATH, { webhook: { ...WEBHOOK, endpoint } }, 'webhook'],
        ['PUT', `${PATH}/${id}`, { webhook: { ...WEBHOOK, endpoint } }, 'webhook'],
        ['PATCH', `${PATH}/${id}`, { webhook: { endpoint } }, 'webhook'],
        ['POST', `${PATH}/test`, { request: { ...REQUEST, endpoint } }, 'request'],
        ['POST', `${PATH}/test?webhook_id=${id}`, { request: { endpoint } }, 'request'],
      ];
      for (const [method, path, body, key] of calls) {
        const answer = await api.call(method, path, body);
        expect(answer.status, `${method} ${path}`).toBe(400);
        const [error, ...others] = answer.body.errors;
        expect(others).toEqual([]);
        expect(error).toMatchObject({ field: `${key}.endpoint`, code: 'not_allowed' });
        expect(error.message).toMatch(
          new RegExp(
            `^${key}\\.endpoint must be an address that deliveries may reach: .*, got "http`,
          ),
        );
        expect(error.message).toContain(reason);
        expect(error.message).toMatch(/see HOOKTRAIL_ALLOWED_(NETWORKS|PORTS)/);
      }
      expect((await api.call('GET', `${PATH}/${id}`)).body.webhook.endpoint).toBe(WEBHOOK.endpoint);
      expect(api.trials).toEqual([]);
    },
  );

  test('is reported with the other errors, and without its password', async () => {
    const webhook = { ...WEBHOOK, endpoint: 'http://ann:hunter2@127.0.0.1/#top' };
    const { status, body } = await api.call('POST', PATH, { webhook });
    expect(status).toBe(400);
    expect(body.errors.map(({ message }: { message: string }) => message)).toEqual([
      'webhook.endpoint must not contain credentials: set authentication instead',
      'webhook.endpoint must not have a fragment: it is never sent',
      `webhook.endpoint must be an address that deliveries may reach: ${LOOPBACK}; see HOOKTRAIL_ALLOWED_NETWORKS`,
    ]);
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });
});

describe('an endpoint that deliveries may reach', () => {
  test.each(ALLOWED)('is stored unchanged: %s', async (endpoint) => {
    expect((await api.webhook({ endpoint })).endpoint).toBe(endpoint);
  });
});

describe('a webhook stored before a rule disallowed its endpoint', () => {
  test('can be changed, tested and deleted, but not saved with that endpoint', async () => {
    const { id } = await api.webhook();
    await api.sql(`update webhook set endpoint = 'http://127.0.0.1/'`);
    await api.reload();
    const changed = await api.call('PATCH', `${PATH}/${id}`, { webhook: { status: 'inactive' } });
    expect(changed.status).toBe(204);
    const { webhook } = (await api.call('GET', `${PATH}/${id}`)).body;
    expect(webhook).toMatchObject({ status: 'inactive', endpoint: 'http://127.0.0.1/' });
    expect((await api.call('POST', `${PATH}/test?webhook_id=${id}`)).status).toBe(200);
    const repeated = { webhook: { ...WEBHOOK, endpoint: webhook.endpoint } };
    expect((await api.call('PUT', `${PATH}/${id}`, repeated)).status).toBe(400);
    expect((await api.call('DELETE', `${PATH}/${id}`)).status).toBe(204);
  });
});

const REQUEST = { http_method: 'POST', request_format: 'json' };
