import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { testAuthority, testCertificate } from '@hooktrail/harness/test-certificate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const DAY_MS = 24 * 60 * 60 * 1_000;
const authority = testAuthority('Client Authority');
const client = testCertificate({ names: ['hooks.example'], issuer: authority });
const other = testCertificate({ names: ['other.example'], issuer: authority });
const expired = testCertificate({
  names: ['old.example'],
  from: new Date(Date.now() - 2 * DAY_MS),
  until: new Date(Date.now() - DAY_MS),
});

const pathOf = (id: string) => `/v1/webhooks/${id}/client_certificate`;
const put = (id: string, certificate: unknown, privateKey: unknown, token = 'admin-1') =>
  api.call(
    'PUT',
    pathOf(id),
    { client_certificate: { certificate, private_key: privateKey } },
    { token },
  );
const show = (id: string, token = 'admin-1') => api.call('GET', pathOf(id), undefined, { token });

async function withCertificate(settings: object = {}): Promise<string> {
  const { id } = await api.webhook(settings);
  expect((await put(id, client.cert + authority.cert, client.key)).status).toBe(200);
  return id;
}

describe('a client certificate', () => {
  test('is shown without its PEM texts, to everyone who may read the webhook', async () => {
    const { id } = await api.webhook();
    const answer = await put(id, client.cert + authority.cert, client.key);
    const { serialNumber, fingerprint256, validFrom, validTo } = new X509Certificate(client.cert);
    const client_certificate = {
      subject: 'CN=hooks.example',
      issuer: 'CN=Client Authority',
      serial_number: serialNumber,
      fingerprint_sha256: fingerprint256,
      valid_from: new Date(validFrom).toISOString(),
      valid_until: new Date(validTo).toISOString(),
      chain_length: 2,
    };
    expect([answer.status, answer.body]).toEqual([200, { client_certificate }]);
    for (const token of ['admin-1', 'operator-1', 'read-1']) {
      expect((await show(id, token)).body).toEqual({ client_certificate });
    }
  });

  test('is none at first, and again once it is removed', async () => {
    const { id } = await api.webhook();
    const none = await show(id);
    expect([none.status, none.body.error]).toMatchObject([
      404,
      { code: 'RecordNotFound', message: `webhook ${id} has no client certificate` },
    ]);
    await put(id, client.cert, client.key);
    for (let n = 0; n < 2; n++) {
      expect((await api.call('DELETE', pathOf(id))).status).toBe(204);
      expect((await show(id)).status).toBe(404);
    }
  });

  test('is set and removed by admins only', async () => {
    const id = await withCertificate();
    for (const token of ['read-1', 'publish-1']) {
      expect((await put(id, client.cert, client.key, token)).status).toBe(403);
      expect((await api.call('DELETE', pathOf(id), undefined, { token })).status).toBe(403);
    }
    expect((await put(id, client.cert, client.key, 'admin-2')).status).toBe(404);
    expect((await show(id)).status).toBe(200);
  });

  test('is replaced as a whole, and the change is audited without either text', async () => {
    const id = await withCertificate();
    await put(id, other.cert, other.key);
    expect((await show(id)).body.client_certificate).toMatchObject({
      subject: 'CN=other.example',
      chain_length: 1,
    });
    await api.call('DELETE', pathOf(id));
    const { audit } = (
      await api.call('GET', `/v1/audit?filter[operation]=replaceClientCertificate`)
    ).body;
    const entries = audit.filter((entry: { target: { id: string } }) => entry.target.id === id);
    const changes = entries.map((entry: { changes: unknown }) => entry.changes);
    expect(changes).toEqual([[{ field: 'client_certificate' }], [{ field: 'client_certificate' }]]);
    expect(JSON.stringify(entries)).not.toContain('BEGIN');
  });

  test('rests sealed', async () => {
    const id = await withCertificate();
    const rows = await api.sql(
      `select w::text as whole, length(client_certificate) as sealed from webhook w
      where client_certificate is not null order by created_at desc limit 1`,
    );
    expect(rows[0].sealed).toBeGreaterThan(client.key.length);
    for (const text of ['PRIVATE KEY', 'CERTIFICATE']) {
      expect(rows[0].whole).not.toContain(text);
      expect(rows[0].whole).not.toContain(Buffer.from(text).toString('hex'));
    }
    expect((await show(id)).status).toBe(200);
  });

  test('stays when a client that does not know it replaces the webhook', async () => {
    const id = await withCertificate();
    const { webhook } = (await api.call('GET', `/api/v2/webhooks/${id}`)).body;
    expect(JSON.stringify(webhook)).not.toContain('certificate');
    for (const method of ['PUT', 'PATCH']) {
      expect((await api.call(method, `/api/v2/webhooks/${id}`, { webhook })).status).toBe(204);
      expect((await show(id)).status).toBe(200);
    }
  });

  test('is carried over by a clone', async () => {
    const id = await withCertificate();
    const clone = await api.call('POST', `/api/v2/webhooks?clone_webhook_id=${id}`);
    expect((await show(clone.body.webhook.id)).body).toEqual((await show(id)).body);
  });

  test('counts among the bytes of the account', async () => {
    const bytes = async () =>
      (await api.sql('select webhook_bytes::integer as bytes from account where id = 1'))[0].bytes;
    const { id } = await api.webhook();
    const before = await bytes();
    await put(id, client.cert, client.key);
    expect((await bytes()) - before).toBeGreaterThan(client.cert.length + client.key.length);
    await api.call('DELETE', pathOf(id));
    expect(await bytes()).toBe(before);
  });

  test('needs an endpoint with https, and keeps it so', async () => {
    const { id } = await api.webhook({ endpoint: 'http://example.com/' });
    const refused = await put(id, client.cert, client.key);
    expect(refused.status).toBe(422);
    expect(refused.body.errors).toMatchObject([{ field: 'client_certificate', code: 'conflict' }]);

    const secure = await withCertificate();
    const patch = (endpoint: string) =>
      api.call('PATCH', `/api/v2/webhooks/${secure}`, { webhook: { endpoint } });
    const moved = await patch('http://example.com/');
    expect(moved.status).toBe(400);
    expect(moved.body.errors).toMatchObject([{ field: 'webhook.endpoint', code: 'conflict' }]);
    expect((await patch('https://elsewhere.example/')).status).toBe(204);
  });

  test('is withheld from a test to another origin, and used by one to its own', async () => {
    const id = await withCertificate();
    const tryOut = async (request: object) => {
      const { body } = await api.call('POST', `/api/v2/webhooks/test?webhook_id=${id}`, {
        request,
      });
      return { withheld: body.test.withheld, target: api.trials.at(-1)?.target };
    };
    const elsewhere = await tryOut({ endpoint: 'https://elsewhere.example/' });
    expect(elsewhere.withheld).toEqual(['client_certificate', 'signing_secret']);
    expect(elsewhere.target?.clientCertificate).toBeUndefined();
    const here = await tryOut({});
    expect(here.withheld).toBeUndefined();
    expect(here.target?.clientCertificate?.privateKey).toBe(client.key);
  });

  test('may have text around its blocks, and a key in any of the usual forms', async () => {
    const { id } = await api.webhook();
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
    const pem = (key: string) => `Bag Attributes\n  friendlyName: hooks\n${key}`;
    expect((await put(id, pem(client.cert), pem(client.key))).status).toBe(200);
    const mismatched = await put(id, client.cert, rsa.export({ format: 'pem', type: 'pkcs1' }));
    expect(mismatched.body.errors).toMatchObject([{ code: 'conflict' }]);
  });
});

describe('a refusal', () => {
  const pkcs8 = { format: 'pem', type: 'pkcs8' } as const;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const CERTIFICATE = 'client_certificate.certificate';
  const PRIVATE_KEY = 'client_certificate.private_key';

  test.each<[string, unknown, unknown, string, string, RegExp]>([
    [
      'a key of another certificate',
      client.cert,
      other.key,
      PRIVATE_KEY,
      'conflict',
      /must be the key of the first certificate$/,
    ],
    [
      'a chain in the wrong order',
      authority.cert + client.cert,
      client.key,
      CERTIFICATE,
      'conflict',
      /number 2 of 2$/,
    ],
    [
      'an expired certificate',
      expired.cert,
      expired.key,
      CERTIFICATE,
      'out_of_range',
      /must not have expired: it was valid until \d{4}-/,
    ],
    [
      'an expired certificate above it',
      client.cert + expired.cert,
      client.key,
      CERTIFICATE,
      'out_of_range',
      /: number 2 of 2$/,
    ],
    ['no PEM', 'S1', client.key, CERTIFICATE, 'invalid_format', /BEGIN CERTIFICATE/],
    [
      'half a block',
      client.cert.slice(0, -30),
      client.key,
      CERTIFICATE,
      'invalid_format',
      /BEGIN CERTIFICATE/,
    ],
    [
      'a block of nonsense',
      '-----BEGIN CERTIFICATE-----\nS1S1\n-----END CERTIFICATE-----',
      client.key,
      CERTIFICATE,
      'malformed',
      /can be read$/,
    ],
    [
      'a certificate request',
      '-----BEGIN CERTIFICATE REQUEST-----\nS1\n-----END CERTIFICATE REQUEST-----',
      client.key,
      CERTIFICATE,
      'invalid_format',
      /no others$/,
    ],
    [
      'the key among the certificates',
      client.cert + client.key,
      client.key,
      CERTIFICATE,
      'not_allowed',
      /goes into private_key$/,
    ],
    [
      'eleven certificates',
      client.cert.repeat(11),
      client.key,
      CERTIFICATE,
      'too_many',
      /at most 10 certificates, got 11$/,
    ],
    ['a long certificate', 'S'.repeat(16_385), client.key, CERTIFICATE, 'too_long', /16,?384/],
    ['a long key', client.cert, 'S'.repeat(8_193), PRIVATE_KEY, 'too_long', /8,?192/],
    ['a number for a key', client.cert, 1, PRIVATE_KEY, 'wrong_type', /text|string/],
    ['no key', client.cert, 'S1', PRIVATE_KEY, 'invalid_format', /one private key in PEM/],
    [
      'two keys',
      client.cert,
      client.key + client.key,
      PRIVATE_KEY,
      'invalid_format',
      /one private key in PEM/,
    ],
    [
      'a key of nonsense',
      client.cert,
      '-----BEGIN PRIVATE KEY-----\nS1S1\n-----END PRIVATE KEY-----',
      PRIVATE_KEY,
      'malformed',
      /PKCS#8/,
    ],
    [
      'an encrypted key',
      client.cert,
      privateKey.export({ ...pkcs8, cipher: 'aes-256-cbc', passphrase: 'S1' }),
      PRIVATE_KEY,
      'not_allowed',
      /openssl pkey/,
    ],
    [
      'a key encrypted in the old way',
      client.cert,
      privateKey.export({ format: 'pem', type: 'sec1', cipher: 'aes-256-cbc', passphrase: 'S1' }),
      PRIVATE_KEY,
      'not_allowed',
      /openssl pkey/,
    ],
    [
      'a short RSA key',
      client.cert,
      generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey.export(pkcs8),
      PRIVATE_KEY,
      'not_allowed',
      /2048 to 4096 bits for RSA, got 1024$/,
    ],
    [
      'a slow RSA key',
      client.cert,
      generateKeyPairSync('rsa', { modulusLength: 4_608 }).privateKey.export(pkcs8),
      PRIVATE_KEY,
      'not_allowed',
      /2048 to 4096 bits for RSA, got 4608$/,
    ],
    [
      'a curve that TLS does not use',
      client.cert,
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey.export(pkcs8),
      PRIVATE_KEY,
      'not_allowed',
      /got secp256k1$/,
    ],
    [
      'a key that cannot sign',
      client.cert,
      generateKeyPairSync('x25519').privateKey.export(pkcs8),
      PRIVATE_KEY,
      'not_allowed',
      /got x25519$/,
    ],
  ])(
    'of %s names the field and the rule, and quotes nothing',
    async (_what, certificate, key, field, code, message) => {
      const { id } = await api.webhook();
      const { status, body } = await put(id, certificate, key);
      expect(status).toBe(422);
      expect(body.errors).toMatchObject([{ field, code, message: expect.stringMatching(message) }]);
      const lines = `${certificate}\n${key}`.split('\n').filter((line) => line.length > 1);
      for (const line of lines.filter((one) => !one.startsWith('-----'))) {
        expect(JSON.stringify(body)).not.toContain(line.slice(0, 40));
      }
      expect((await show(id)).status).toBe(404);
    },
    30_000,
  );

  test('of both reports both', async () => {
    const { id } = await api.webhook();
    const { body } = await put(id, 'S1', 'S1');
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual([
      CERTIFICATE,
      PRIVATE_KEY,
    ]);
  });
});
