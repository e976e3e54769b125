import { type ApiAnswer, callApi } from '@hooktrail/harness/call-api';
import { sql } from '@hooktrail/harness/sql';
import { type Logger, pino } from 'pino';
import type { Config } from '../config/config.ts';
import { idFromUuid } from '../model/ids.ts';
import { startNode } from '../node.ts';

/** The bootstrap token of every test node. */
export const TOKEN = 'test-token-of-account-1';

/** An answer of the API. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
export type Answer = ApiAnswer<any>;

/** A node in this process. */
export interface TestNode {
  readonly url: string;
  /** Where metrics are read without a token, if anywhere. */
  readonly metricsUrl: string | undefined;
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
      processes: 1,
      metrics: undefined,
      metricsWebhooks: 0,
      publicUrl: undefined,
      webhookOrigin: 'hooks.test',
      databaseUrl,
      databaseBytes: undefined,
      dataDir: '',
      exportDir: undefined,
      exportStore: undefined,
      bootstrapToken: TOKEN,
      secretKey: Buffer.alloc(32, 7),
      allowedNetworks: ['127.0.0.0/8'],
      allowedPorts: [],
      dnsServers: [],
      egressProxy: undefined,
      mail: undefined,
      heartbeatUrl: undefined,
      retentionDays: 7,
      archiveRetentionDays: undefined,
      attemptRetentionDays: 7,
      eventRetentionDays: 7,
      rollupRetentionDays: 400,
      drainDelayMs: 0,
      tokenRateLimit: 0,
      accountRateLimit: 0,
      descriptors: { connections: 1_000, requests: 4_096, kept: 4_096, lookUps: 1_024 },
      failedLoginLimit: 0,
      maxWebhooksPerAccount: 1_000_000,
      maxWebhookBytesPerAccount: 2 ** 40,
      maxExportBytesPerAccount: 2 ** 40,
      trustedProxies: [],
      console: false,
      logLevel: 'silent',
      logFormat: 'json',
      traces: undefined,
      ...overrides,
    },
    log,
    undefined,
  );
  return {
    url: node.url,
    metricsUrl: node.metricsUrl,
    stop: () => node.stop(),
    call: (method, path, body, headers = {}) => call(node.url, method, path, body, headers),
  };
}

/** Calls the API of any node with the bootstrap token. A string is sent unchanged. */
export function call(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: object = {},
): Promise<Answer> {
  return callApi({ url: url + path, token: TOKEN, method, body, headers: { ...headers } });
}

export { sql };

/**
 * Makes waiting invocations due now, as if their time had passed; with `expired` also leased ones,
 * as if their node had died.
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
