import pg from 'pg';
import { type Logger, pino } from 'pino';
import type { Config } from '../config/config.ts';
import { idFromUuid } from '../model/ids.ts';
import { startNode } from '../node.ts';

/** The bootstrap token of every test node. */
export const TOKEN = 'test-token-of-account-1';

/** An answer of the API. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

/** A node in this process, on a database of its own or one that it shares. */
export interface TestNode {
  readonly url: string;
  call(method: string, path: string, body?: unknown, headers?: object): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts a node that may deliver to loopback. */
export async function startTestNode(
  databaseUrl: string,
  overrides: Partial<Config> = {},
  log: Logger = pino({ level: process.env['HOOKTRAIL_TEST_LOG'] ?? 'silent' }),
): Promise<TestNode> {
  const node = await startNode(
    {
      host: '127.0.0.1',
      port: 0,
      publicUrl: undefined,
      databaseUrl,
      dataDir: '',
      bootstrapToken: TOKEN,
      secretKey: Buffer.alloc(32, 7),
      allowedNetworks: ['127.0.0.0/8'],
      allowedPorts: [],
      dnsServers: [],
      retentionDays: 7,
      attemptRetentionDays: 7,
      eventRetentionDays: 7,
      drainDelayMs: 0,
      tokenRateLimit: 0,
      accountRateLimit: 0,
      descriptors: { connections: 1_000, requests: 4_096, kept: 4_096, lookUps: 1_024 },
      failedLoginLimit: 0,
      trustedProxies: [],
      logLevel: 'silent',
      logFormat: 'json',
      ...overrides,
    },
    log,
  );
  return {
    url: node.url,
    stop: () => node.stop(),
    call: (method, path, body, headers = {}) => call(node.url, method, path, body, headers),
  };
}

/** Calls the API of any node with the bootstrap token. A string is sent as it is. */
export async function call(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: object = {},
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: {
      authorization: `Bearer ${TOKEN}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

/** Runs one statement on a database. */
export async function sql<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // the statement tells of it
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/**
 * Makes everything that waits for a retry due now, and with `expired` also what a node holds: as if
 * the time had passed, or that node had died.
 */
export async function makeDue(url: string, { expired = false } = {}): Promise<void> {
  const moved = await sql<{ webhook_id: string }>(
    url,
    `update invocation set due_at = now() where due_at is not null and (not leased or $1)
    returning webhook_id`,
    [expired],
  );
  const webhookIds = new Set(moved.map((row) => idFromUuid(row.webhook_id)));
  await sql(url, 'select pg_notify($1, $2)', ['hooktrail_due', [...webhookIds].join(',')]);
}
