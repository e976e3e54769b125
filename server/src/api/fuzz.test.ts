import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fuzzRun } from '../testing/fuzz/fuzz-run.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { call, startTestNode, type TestNode } from '../testing/test-node.ts';

/**
 * Sends mutated requests for every operation of the OpenAPI document to a listening node. No answer
 * may be a 5xx, late, of a wrong shape, or reveal internals. By hand: `npm run fuzz -- --requests
 * 100000 --seed 1`.
 */
const requests = Number(process.env['HOOKTRAIL_TEST_FUZZ_REQUESTS'] ?? 4_000);
const seed = Number(process.env['HOOKTRAIL_TEST_FUZZ_SEED'] ?? Date.now() % 1_000_000);

const document = JSON.parse(
  readFileSync(new URL('../../../spec/openapi.json', import.meta.url), 'utf8'),
);

const TOKEN = 'fuzz-bootstrap-token-of-account-1';
const CANARY = 'canary-of-a-secret';

let database: TestDatabase;
let node: TestNode;
/** Errors that the node logged. */
const faults: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const log = pino({ level: 'error' }, { write: (line: string) => faults.push(line) });
  // Nothing leaves the machine: there is no DNS server at this address.
  const config = { bootstrapToken: TOKEN, dnsServers: ['127.0.0.1:9'] };
  node = await startTestNode(database.url, config, log);
});
afterAll(async () => {
  await node.stop();
  await database.drop();
});

async function make(path: string, body: object, token = TOKEN) {
  const answer = await call(node.url, 'POST', path, body, { authorization: `Bearer ${token}` });
  expect([201, 202], JSON.stringify(answer.body)).toContain(answer.status);
  return answer.body;
}

const webhook = {
  name: 'kept',
  endpoint: 'http://127.0.0.1:9/',
  http_method: 'POST',
  request_format: 'json',
  status: 'active',
  subscriptions: ['fuzz.type_1'],
  authentication: { type: 'bearer_token', data: { token: CANARY } },
};

test(
  `${requests} requests (seed ${seed})`,
  async () => {
    const secrets = new Map<string, string>();
    for (const role of ['admin', 'read', 'publish']) {
      const { token } = await make('/v1/tokens', { token: { name: role, role } });
      secrets.set(role, token.secret);
    }
    const { account } = await make('/v1/accounts', { account: { name: 'other' } });
    const { token } = await make(`/v1/tokens?account_id=${account.id}`, {
      token: { name: 'other', role: 'admin' },
    });
    secrets.set('other', token.secret);
    const own = (await make('/api/v2/webhooks', { webhook })).webhook;
    const others = (await make('/api/v2/webhooks', { webhook }, token.secret)).webhook;
    const { invocations } = await make('/v1/events', { type: 'fuzz.type_1' });

    const report = await fuzzRun({
      document,
      port: Number(new URL(node.url).port),
      requests,
      seed,
      credentials: {
        operator: `Bearer ${TOKEN}`,
        ...Object.fromEntries([...secrets].map(([role, secret]) => [role, `Bearer ${secret}`])),
      },
      revealed: [CANARY],
      secrets: [TOKEN, ...secrets.values(), Buffer.alloc(32, 7).toString('base64')],
      things: {
        webhook: [own.id, others.id],
        invocation: [invocations[0].id],
        account: ['1', String(account.id)],
        token: [],
        cursor: [],
      },
    });
    console.info(`fuzz: seed ${seed}, ${JSON.stringify({ ...report, failures: undefined })}`);
    expect(report.failures, `seed ${seed}`).toEqual([]);
    expect(faults).toEqual([]);
    // Most requests are rejected, but enough pass the checks to reach the code behind them.
    const good = Object.entries(report.answers).filter(([status]) => status < '300');
    const share = good.reduce((sum, [, count]) => sum + count, 0) / requests;
    expect(share).toBeGreaterThan(0.2);
    const health = await call(node.url, 'GET', '/readyz');
    expect(health.status).toBe(200);
  },
  Math.max(120_000, 20 * requests),
);
