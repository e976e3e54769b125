import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stage, startStage } from '../testing/stage.ts';
import { parseConfiguration } from './parse-configuration.ts';
import { planChanges } from './plan-changes.ts';
import { openSecrets, sealSecrets } from './seal-secrets.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
  const id = await stage.webhook('Orders, EU', '/200', 'order.*');
  await stage.hooktrail.webhooks.patch(id, {
    customHeaders: { 'X-Secret': 'header secret' },
    authentication: { type: 'bearer_token', data: { token: 'shh' }, addPosition: 'header' },
  });
  await stage.hooktrail.webhooks.updateDelivery(id, { concurrency: 3, breaker: null });
  await stage.hooktrail.views.create({ name: 'Mine', screen: 'invocations', search: 'q=a' });
});

afterAll(async () => {
  await stage.close();
});

test('an export has no secrets, and its import changes nothing', async () => {
  const { stdout, code } = await stage.run(['config', 'export']);
  expect(code).toBe(0);
  expect(stdout).toContain('concurrency: 3');
  expect(stdout).not.toContain('header secret');
  expect(stdout).not.toContain('shh');
  const again = await stage.run(['config', 'import', '-'], { input: stdout });
  expect(again.code).toBe(0);
  expect(again.rows).toEqual([]);
});

test('an import shows its changes, asks for more than one, makes them, and prunes only when told', async () => {
  const path = join(stage.home, 'hooktrail.yaml');
  const file = (subscriptions: string) => `version: 1
webhooks:
  - name: Orders, EU
    subscriptions: [${subscriptions}]
  - name: New
    endpoint: ${stage.receiver.url}/200
    subscriptions: [new.*]
    delivery: { time_limit_seconds: 7 }
views: []
`;
  await writeFile(path, file('order.*, extra.*'));
  const dry = await stage.run(['config', 'import', path, '--dry-run', '--prune']);
  expect(dry.rows.map(({ action, kind, name }) => `${action} ${kind} ${name}`)).toEqual([
    'update webhook Orders, EU',
    'create webhook New',
    'delete view invocations/Mine',
  ]);
  expect(dry.rows[0].fields).toEqual([
    { field: 'subscriptions', from: ['order.*'], to: ['extra.*', 'order.*'] },
  ]);
  const asked = await stage.run(['config', 'import', path]);
  expect(asked.error).toMatchObject({
    code: 'ConfirmationNeeded',
    message: expect.stringContaining('Make 2 changes? '),
  });
  const made = await stage.run(['config', 'import', path, '--yes']);
  expect(made.code).toBe(0);
  expect(made.rows).toHaveLength(2);
  expect((await stage.run(['config', 'import', path])).rows).toEqual([]);
  const [webhook] = await stage.hooktrail.webhooks.list({ filterNameContains: 'New' }).all();
  const { delivery } = await stage.hooktrail.webhooks.getDelivery(webhook?.id ?? '');
  expect(delivery).toEqual({ timeLimitSeconds: 7 });
  expect((await stage.run(['config', 'import', path, '--prune'])).error.message).toContain(
    'Make 1 change, including 1 deletion? ',
  );
  const pruned = await stage.run(['config', 'import', path, '--prune', '--yes']);
  expect(pruned.rows.map(({ action, kind }) => `${action} ${kind}`)).toEqual(['delete view']);
  await writeFile(path, file('"conditional_ticket_events", order.*'));
  const refused = await stage.run(['config', 'import', path]);
  expect(refused.code).toBe(5);
  expect(refused.error.message).toContain('webhook "Orders, EU"');
});

test('secrets are carried with a passphrase, and set where they differ', async () => {
  const environment = { HOOKTRAIL_PASSPHRASE: 'correct horse battery' };
  expect((await stage.run(['config', 'export', '--secrets'])).code).toBe(2);
  const { stdout } = await stage.run(['config', 'export', '--secrets'], { environment });
  expect(stdout).not.toContain('header secret');
  const [webhook] = await stage.hooktrail.webhooks.list({ filterNameContains: 'Orders' }).all();
  const id = webhook?.id ?? '';
  const { secret } = await stage.hooktrail.webhooks.getSigningSecret(id);
  await stage.hooktrail.webhooks.resetSigningSecret(id);
  await stage.hooktrail.webhooks.patch(id, { customHeaders: null });
  const wrong = await stage.run(['config', 'import', '-', '--yes'], {
    environment: { HOOKTRAIL_PASSPHRASE: 'another passphrase' },
    input: stdout,
  });
  expect(wrong.error.message).toContain('does not open the secrets');
  const carried = await stage.run(['config', 'import', '-', '--yes'], {
    environment,
    input: stdout,
  });
  expect(carried.rows.map(({ fields }) => fields)).toEqual([
    [{ field: 'signing_secret' }, { field: 'custom_headers' }],
  ]);
  expect((await stage.hooktrail.webhooks.getSigningSecret(id)).secret).toBe(secret);
  const after = await stage.hooktrail.webhooks.get(id);
  expect(after.customHeaders).toEqual({ 'X-Secret': 'header secret' });
});

test('headers that the file does not have are removed, and the shown parts of credentials are compared', async () => {
  const environment = { HOOKTRAIL_PASSPHRASE: 'correct horse battery' };
  const id = await stage.webhook('Compared', '/200', 'compared.*');
  const { stdout } = await stage.run(['config', 'export', '--secrets'], { environment });
  await stage.hooktrail.webhooks.patch(id, { customHeaders: { 'X-Late': 'late' } });
  const input = stdout;
  const run = () => stage.run(['config', 'import', '-', '--yes'], { environment, input });
  const { rows } = await run();
  expect(rows.map(({ fields }) => fields)).toEqual([[{ field: 'custom_headers' }]]);
  expect((await stage.hooktrail.webhooks.get(id)).customHeaders).toBeUndefined();
  expect((await run()).rows).toEqual([]);

  const named = (username: string) => `version: 1
webhooks:
  - name: Compared
    authentication: { type: basic_auth, add_position: header, data: { username: ${username}, password: p } }
`;
  const set = async (username: string) =>
    (await stage.run(['config', 'import', '-'], { input: named(username) })).rows.length;
  expect(await set('one')).toBe(1);
  expect(await set('one')).toBe(0);
  expect(await set('two')).toBe(1);
  const { authentication } = await stage.hooktrail.webhooks.get(id);
  expect(authentication?.data).toEqual({ username: 'two' });
});

test('CloudEvents and the method that they need come, and go, in one import', async () => {
  const id = await stage.webhook('Clouds', '/200', 'conditional_ticket_events');
  const set = (method: string, cloudevents: string) =>
    stage.run(['config', 'import', '-'], {
      input: `version: 1
webhooks:
  - { name: Clouds, http_method: ${method}, delivery: { cloudevents: ${cloudevents} } }
`,
    });
  for (const [method, cloudevents] of [
    ['PUT', 'null'],
    ['POST', '{ mode: structured }'],
    ['PUT', 'null'],
  ] as const) {
    const { code, rows } = await set(method, cloudevents);
    expect([code, rows.length]).toEqual([0, 1]);
    expect((await stage.hooktrail.webhooks.get(id)).httpMethod).toBe(method);
  }
});

test.each([
  ['version: 2', 'f.version must be 1'],
  ['webhooks: []', 'f must have "version"'],
  ['version: 1\nwebhook: []', 'f has no field "webhook"'],
  ['version: 1\nwebhooks: [{endpoint: x}]', 'f: webhooks[0] must have "name"'],
  ['version: 1\nwebhooks: [{name: a}, {name: a}]', 'f: webhooks have "a" twice'],
  ['version: 1\nwebhooks: [{name: a, subscriptions: b}]', 'f: webhooks[0].subscriptions must be'],
  ['version: 1\nkeys: [&a x, *a]', 'f has aliases'],
  ['version: [', 'f is not valid YAML'],
  ['just text', 'f must be an object'],
])('%j is refused', (text, message) => {
  expect(() => parseConfiguration(text, 'f')).toThrow(message);
});

test('sealed secrets open with their passphrase alone, unchanged', () => {
  const secrets = { a: { signing_secret: 'x' } };
  const sealed = sealSecrets(secrets, 'correct horse battery');
  expect(openSecrets(sealed, 'correct horse battery')).toEqual(secrets);
  expect(() => openSecrets(sealed, 'correct horse')).toThrow('does not open');
  expect(() => openSecrets(`${sealed.slice(0, -8)}AAAAAAA=`, 'correct horse battery')).toThrow();
  expect(() => openSecrets('plain', 'correct horse battery')).toThrow('is not what an export');
});

test('a webhook may be called as what every object has, and standard input has a name in errors', async () => {
  const webhooks = [{ id: '1', name: 'constructor', secrets: { signing_secret: 'kept' } }];
  const state = { account: { profile: 'durable' }, keys: [], webhooks, views: [] };
  const wanted = { version: 1, webhooks: [{ name: 'constructor' }] } as const;
  expect(planChanges(state as never, wanted as never, {}, false)).toEqual([]);
  const { code, error } = await stage.run(['config', 'import', '-'], { input: '[]' });
  expect([code, error.message]).toEqual([2, 'standard input must be an object']);
});
