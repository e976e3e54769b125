import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FastifyInstance, InjectOptions } from 'fastify';
import pg from 'pg';
import { pino } from 'pino';
import { ulid } from 'ulid';
import { inject } from 'vitest';
import type { Acceptor } from '../accept/acceptor.ts';
import { createAddressRules } from '../addresses/address-rules.ts';
import { createNameResolver } from '../addresses/create-name-resolver.ts';
import { createDial } from '../addresses/dial.ts';
import { createAlertStore } from '../alerts/create-alert-store.ts';
import { createAlertRoutes } from '../alerts/routes/create-alert-routes.ts';
import { buildApp } from '../api/app.ts';
import { closeApp } from '../api/close-app.ts';
import { createExportViews } from '../api/jobs/create-export-views.ts';
import type { Limits } from '../api/services/services.ts';
import { createArchive } from '../archive/create-archive.ts';
import { shareRoom } from '../config/share-room.ts';
import { type Database, openDatabase } from '../database/database.ts';
import type { Backlog } from '../deliver/claim/backlogs.ts';
import type { Trial } from '../deliver/create-delivery.ts';
import type { ReplayRequest } from '../deliver/create-replay.ts';
import type { Exchange } from '../deliver/request/exchange.ts';
import { createAccessStore } from '../directory/create-access-store.ts';
import { createDirectory } from '../directory/create-directory.ts';
import { createInboxStore } from '../directory/create-inbox-store.ts';
import { createWebhookStore } from '../directory/create-webhook-store.ts';
import { Sessions } from '../directory/sessions.ts';
import type { WebhookLimits } from '../directory/too-many-webhooks.ts';
import { FeedHub } from '../feed/feed-hub.ts';
import type { Broken } from '../gates/breakers.ts';
import { createJobs } from '../jobs/create-jobs.ts';
import { keptMs } from '../keep/kept-ms.ts';
import { keepPartitions } from '../keep/partitions.ts';
import { Storage } from '../keep/storage.ts';
import { createNodeMetrics } from '../metrics/create-node-metrics.ts';
import { render } from '../metrics/render.ts';
import type { Role } from '../model/account.ts';
import type { DeliveryStatus } from '../model/delivery-status.ts';
import { idTimeMs, newId, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { packPhases } from '../model/packed-phases.ts';
import type { PhaseTimes } from '../model/phases.ts';
import { DAY_MS } from '../model/time-units.ts';
import { createSearch, type Search } from '../search/text/create-search.ts';
import { createHeaderBox } from '../secrets/header-box.ts';
import { createSecretBox } from '../secrets/secret-box.ts';
import { insertAlert, type NewAlert } from '../sql/insert-alert.ts';
import { FailingWebhooks } from '../trail/failing-webhooks.ts';
import { Problems } from '../trail/problems.ts';
import { templateWithDays } from './template-with-days.ts';
import { createTestDatabase } from './test-database.ts';

/** An answer, with its body parsed. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | number | undefined>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

/** An invocation to write into the trail; omitted fields have defaults. */
export interface TestInvocation {
  readonly id?: string;
  readonly createdMs?: number;
  readonly latestMs?: number;
  readonly status?: DeliveryStatus;
  readonly statusCode?: number;
  readonly attempts?: number;
  readonly dueMs?: number;
  readonly leased?: boolean;
  readonly eventId?: string;
  readonly eventType?: string;
}

/** An attempt to write into the trail; omitted fields have defaults. */
export interface TestAttempt {
  readonly id: string;
  readonly number: number;
  readonly status: DeliveryStatus;
  readonly statusCode?: number;
  readonly durationMs?: number;
  readonly errorClass?: string;
  readonly errorMessage?: string;
  readonly method?: string;
  readonly url?: string;
  readonly requestHeaders?: readonly string[];
  readonly responseHeaders?: readonly string[];
  readonly responseBody?: string;
  readonly responseLength?: number;
  readonly responseRaw?: Buffer;
  readonly phases?: PhaseTimes;
}

/**
 * The API on its own database, without a network and without deliveries. Account 1 has a token
 * `ROLE-1` for every role, account 2 has `admin-2`.
 */
export class TestApi {
  readonly app: FastifyInstance;
  readonly database: Database;
  readonly databaseUrl: string;
  /** The test requests that were asked for. */
  readonly trials: Trial[] = [];
  /** The replays that were asked for. */
  readonly replays: ReplayRequest[] = [];
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.app = parts.app;
    this.database = parts.database;
    this.databaseUrl = parts.url;
    parts.api.current = this;
  }

  /** Sets the outcome of the next test request. */
  set exchange(exchange: Partial<Exchange>) {
    this.#parts.next.exchange = exchange;
  }

  /** Sets the clock; new ids have this time. */
  set nowMs(nowMs: number | undefined) {
    this.#parts.next.nowMs = nowMs;
  }

  /** Sets whether the next replay is accepted, that is, finds no attempt in flight. */
  set replayed(replayed: boolean) {
    this.#parts.next.replayed = replayed;
  }

  /** The open breakers, by webhook. */
  get broken(): Map<string, Broken> {
    return this.#parts.next.broken;
  }

  /** What the sweep found to wait, by webhook. */
  get backlogs(): Map<string, Backlog> {
    return this.#parts.next.backlogs;
  }

  set notReadyReason(reason: string | undefined) {
    this.#parts.next.notReadyReason = reason;
  }

  /** Calls an operation. Strings, buffers and streams are sent unchanged, other bodies as JSON. */
  async call(
    method: string,
    url: string,
    body?: unknown,
    { token = 'admin-1', headers = {} }: { token?: string; headers?: object } = {},
  ): Promise<TestAnswer> {
    const raw = typeof body === 'string' || Buffer.isBuffer(body) || body instanceof Readable;
    const answer = await this.app.inject({
      method: method as NonNullable<InjectOptions['method']>,
      url,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { payload: raw ? body : JSON.stringify(body) }),
    });
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.body === '' ? undefined : JSON.parse(answer.body),
    };
  }

  /** Creates a webhook over the API and returns it. */
  async webhook(
    settings: object = {},
    token = 'admin-1',
    // biome-ignore lint/suspicious/noExplicitAny: a webhook as it is read
  ): Promise<any> {
    const { status, body } = await this.call(
      'POST',
      '/api/v2/webhooks',
      { webhook: { ...WEBHOOK, ...settings } },
      { token },
    );
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body.webhook;
  }

  async sql(text: string, values: unknown[] = []): Promise<pg.QueryResult['rows']> {
    const client = new pg.Client({ connectionString: this.databaseUrl });
    await client.connect();
    try {
      return (await client.query(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Writes an open alert, as an evaluation does, and returns its id. */
  async alert(one: Partial<NewAlert> = {}): Promise<string> {
    const nowMs = Date.now();
    const id = newId(nowMs);
    await this.database.run(insertAlert, {
      accountId: 1,
      id,
      kind: 'backlog',
      severity: 'warning',
      subject: id,
      webhookId: null,
      sourceId: null,
      jobId: null,
      node: null,
      value: 1_800,
      threshold: 900,
      facts: { name: 'a' },
      startedMs: nowMs - 1_000,
      openedMs: nowMs,
      muted: false,
      ...one,
    });
    return id;
  }

  /** Reloads what was written beside the API. */
  reload(): Promise<void> {
    return this.#parts.reload();
  }

  /** Writes an invocation into the trail and returns its id. */
  async invocation(webhookId: string, row: TestInvocation = {}): Promise<string> {
    const id = row.id ?? idAt(row.createdMs ?? row.latestMs ?? this.#parts.now());
    await this.sql(
      `insert into invocation (
  lane, id, webhook_id, event_id, event_type, status, status_code, attempts_count, latest_at,
  due_at, leased
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        laneOf(webhookId),
        uuidFromId(id),
        uuidFromId(webhookId),
        uuidFromId(row.eventId ?? idAt(idTimeMs(id))),
        row.eventType ?? 'zen:event-type:ticket.created',
        row.status ?? 'success',
        row.statusCode ?? null,
        row.attempts ?? 1,
        new Date(row.latestMs ?? idTimeMs(id)),
        row.dueMs === undefined ? null : new Date(row.dueMs),
        row.leased ?? false,
      ],
    );
    return id;
  }

  async event(id: string, body: string): Promise<void> {
    await this.sql(
      'insert into event (account_id, lane, id, type, body) values (1, $1, $2, $3, $4)',
      [laneOf(id), uuidFromId(id), 'zen:event-type:ticket.created', body],
    );
  }

  async attempt(webhookId: string, invocationId: string, row: TestAttempt): Promise<void> {
    await this.sql(
      `insert into attempt (
  lane, invocation_id, number, id, status, status_code, duration_ms, error_message,
  request_headers, response_headers, response_body, response_length, method, url,
  response_raw, error_class, phases
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
      [
        laneOf(webhookId),
        uuidFromId(invocationId),
        row.number,
        uuidFromId(row.id),
        row.status,
        row.statusCode ?? null,
        row.durationMs ?? 12,
        row.errorMessage ?? null,
        JSON.stringify(row.requestHeaders ?? ['Content-Type', 'application/json']),
        row.responseHeaders === undefined ? null : JSON.stringify(row.responseHeaders),
        row.responseBody ?? null,
        row.responseLength ?? row.responseBody?.length ?? null,
        row.method ?? null,
        row.url ?? null,
        row.responseRaw ?? null,
        row.errorClass ?? null,
        row.phases === undefined ? null : packPhases(row.phases),
      ],
    );
  }

  async stop(): Promise<void> {
    // Fastify itself would wait for clients that keep idle connections: 72 s.
    await closeApp(this.app);
    await this.#parts.feed.stop();
    await this.database.close();
    await this.#parts.drop();
    await rm(this.#parts.exportDir, { recursive: true, force: true });
  }
}

interface Parts {
  readonly app: FastifyInstance;
  readonly database: Database;
  readonly exportDir: string;
  readonly feed: FeedHub;
  readonly url: string;
  readonly drop: () => Promise<void>;
  readonly reload: () => Promise<void>;
  readonly now: () => number;
  readonly next: {
    exchange: Partial<Exchange>;
    nowMs: number | undefined;
    notReadyReason: string | undefined;
    replayed: boolean;
    readonly broken: Map<string, Broken>;
    readonly backlogs: Map<string, Backlog>;
  };
  readonly api: { current: TestApi | undefined };
}

/** Makes an id of any time; `newId` never goes back in time. */
export function idAt(timeMs: number): string {
  return ulid(timeMs);
}

/** The body of a valid webhook. */
export const WEBHOOK = {
  name: 'Orders',
  endpoint: 'https://example.com/hook',
  http_method: 'POST',
  request_format: 'json',
  status: 'active',
  subscriptions: ['zen:event-type:ticket.created'],
} as const;

interface TestApiOptions {
  readonly publicUrl?: string;
  readonly retentionDays?: number;
  /** None by default. */
  readonly limits?: Partial<Limits>;
  readonly trustedProxies?: readonly string[];
  readonly webhookLimits?: WebhookLimits;
  /** To the database, for everything. */
  readonly connections?: number;
  /** As on a Citus cluster. */
  readonly oneLane?: boolean;
  /** Of the built console. */
  readonly consoleFolder?: string;
  /** Of the kept files of an account. */
  readonly maxExportBytes?: number;
  /** That it may dial, beside a private one. */
  readonly networks?: readonly string[];
}

/** Starts the API for a test file. */
export async function startTestApi({
  publicUrl,
  retentionDays = 7,
  limits = {},
  trustedProxies = [],
  webhookLimits = { count: Number.MAX_SAFE_INTEGER, bytes: Number.MAX_SAFE_INTEGER },
  connections = 4,
  oneLane = false,
  consoleFolder,
  maxExportBytes = Number.MAX_SAFE_INTEGER,
  networks = [],
}: TestApiOptions = {}): Promise<TestApi> {
  const days = { nowMs: Date.now() - 13 * DAY_MS, ahead: 15 };
  const template = await templateWithDays(`${inject('templateDatabase')}_days`, days);
  const { url, drop } = await createTestDatabase(template);
  const log = pino({ level: process.env['HOOKTRAIL_TEST_LOG'] ?? 'silent' });
  const database = openDatabase(url, { connections, log });
  // Midnight may have passed since the template was made.
  await keepPartitions(url, { ...days, keepMs: Number.MAX_SAFE_INTEGER });
  await addAccounts(url);
  const secrets = createSecretBox(Buffer.alloc(32, 7));
  const directory = createDirectory({ database, secrets, onWebhook: () => undefined });
  await directory.reload();

  const metrics = createNodeMetrics({ version: '0.0.0', topWebhooks: 0, nameOf: () => undefined });
  const next: Parts['next'] = {
    exchange: {},
    nowMs: undefined,
    notReadyReason: undefined,
    replayed: true,
    broken: new Map(),
    backlogs: new Map(),
  };
  const api: Parts['api'] = { current: undefined };
  const now = () => next.nowMs ?? Date.now();
  const clock = { now };
  const feed = new FeedHub({ clock, database, directory, log });
  const exportDir = join(tmpdir(), `hooktrail-exports-${ulid()}`);
  const rollupKeptMs = { minute: 14 * 86_400_000, hour: 400 * 86_400_000, day: 400 * 86_400_000 };
  const retention = {
    retentionDays,
    attemptRetentionDays: retentionDays,
    eventRetentionDays: retentionDays,
    rollupRetentionDays: 400,
  };
  const addressRules = createAddressRules(
    ['10.0.0.0/8', ...networks],
    [{ first: 80, last: 65_535 }],
  );
  const dial = createDial(addressRules, createNameResolver({ servers: [] }));
  const archive = createArchive({
    clock,
    database,
    databaseUrl: url,
    dial,
    directory,
    keepMs: undefined,
    log,
    resends: {
      reserve: async (receiver, count) => ({ ...receiver, count, probe: false }),
      cancel: async () => undefined,
      send: async () => ({ ...ANSWERED, startedAtMs: now(), ...next.exchange }),
    },
    secrets,
  });
  const jobs = createJobs({
    clock,
    connections: 3,
    database,
    directory,
    // Work decides what is counted, not how busy the machine is.
    estimateMs: Number.POSITIVE_INFINITY,
    exports: {
      to: exportDir,
      isNamed: false,
      maxBytes: maxExportBytes,
      views: createExportViews(createHeaderBox(secrets)),
    },
    isBroken: () => false,
    log,
    lookAfter: () => undefined,
    note: () => undefined,
    oneLane,
    resender: archive.resender,
    retentionDays,
  });
  const app = await buildApp({
    acceptor: NO_ACCEPTOR,
    access: createAccessStore({ clock, database, directory }),
    addressRules,
    alertRoutes: createAlertRoutes({
      ...{ acceptor: NO_ACCEPTOR, clock, database, dial, directory, log, publicUrl, secrets },
      ...{ heartbeatUrl: undefined, mail: undefined },
    }),
    alerts: createAlertStore({ clock, database }),
    archive,
    clock,
    consoleFolder,
    cursorKey: Buffer.alloc(32, 9),
    database,
    directory,
    feed,
    feedKey: Buffer.alloc(32, 8),
    headerBox: createHeaderBox(secrets),
    inboxes: createInboxStore({ clock, database, directory, secrets }),
    jobs,
    limits: {
      connections: 1_000,
      accountPerMinute: 0,
      tokenPerMinute: 0,
      failedLoginsPerMinute: 0,
      ...limits,
    },
    log,
    oneLane,
    metrics: { ...metrics, text: (format) => render(metrics.all.read(), format) },
    checks: async () => [
      {
        name: 'node',
        state: next.notReadyReason === undefined ? 'ok' : 'failed',
        message: next.notReadyReason ?? 'takes requests',
      },
    ],
    notReadyReason: async () => next.notReadyReason,
    publicUrl,
    retentionDays,
    room: shareRoom(1),
    search: unhurried(createSearch(database, 3, () => 'free')),
    sessions: new Sessions({ clock, database, directory, key: Buffer.alloc(32, 6) }),
    rollupKeptMs,
    problems: new Problems({
      clock,
      database,
      directory,
      monotonic: now,
      failing: new FailingWebhooks({
        ...{ citus: oneLane, clock, database, monotonic: now, rollupKeptMs },
      }),
      brokenOf: (id) => next.broken.get(id),
      backlogOf: (id) => next.backlogs.get(id),
    }),
    storage: new Storage({
      ...{ clock, database, keepMs: keptMs(retention), monotonic: now, citus: oneLane },
    }),
    replay: async (replay) => {
      api.current?.replays.push(replay);
      return next.replayed;
    },
    closeBreaker: async () => undefined,
    probeBreakerNow: async () => undefined,
    flushBreakerCounts: async () => undefined,
    sendTrial: async (trial) => {
      api.current?.trials.push(trial);
      return { ...ANSWERED, ...next.exchange };
    },
    trustedProxies,
    webhooks: createWebhookStore({ clock, database, directory, limits: webhookLimits, secrets }),
  });
  const reload = () => directory.reload();
  return new TestApi({ app, database, exportDir, feed, url, drop, reload, now, next, api });
}

/**
 * A search whose answers end at their bytes alone: on a machine that is full of tests it would rest for most of
 * a test's time, and one that found nothing yet could end at its 1.5 s.
 */
function unhurried(search: Search): Search {
  return (accountId, signal, work) =>
    search(accountId, signal, (runner) =>
      work({
        run: (query, params) => runner.run(query, params),
        restedMs: Number.POSITIVE_INFINITY,
      }),
    );
}

const NO_ACCEPTOR: Acceptor = {
  publish: () => Promise.reject(new Error('nothing is published here')),
  publishAll: () => Promise.reject(new Error('nothing is published here')),
  invoke: () => Promise.reject(new Error('nothing is invoked here')),
};

const ANSWERED: Exchange = {
  fault: undefined,
  status: 'success',
  startedAtMs: 0,
  durationMs: 3,
  phases: undefined,
  requestMethod: 'POST',
  requestUrl: 'https://example.com/hook',
  requestHeaders: [],
  response: { statusCode: 200, headers: ['Content-Type', 'text/plain'], body: 'ok', length: 2 },
  errorClass: undefined,
  errorMessage: undefined,
};

async function addAccounts(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const roles: [Role, number][] = [
    ['operator', 1],
    ['admin', 1],
    ['publish', 1],
    ['read', 1],
    ['admin', 2],
  ];
  try {
    await client.query(`insert into account (id, name) values (1, 'one'), (2, 'two')`);
    for (const [role, accountId] of roles) {
      const name = `${role}-${accountId}`;
      await client.query(
        'insert into token (id, account_id, name, role, hash) values ($1, $2, $3, $4, $5)',
        [
          uuidFromId(newId(Date.now())),
          accountId,
          name,
          role,
          createHash('sha256').update(name).digest(),
        ],
      );
    }
  } finally {
    await client.end();
  }
}
