import { createHmac } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createAcceptor } from './accept/create-acceptor.ts';
import { createAddressRules } from './addresses/address-rules.ts';
import { buildApp } from './api/app.ts';
import { closeApp } from './api/close-app.ts';
import type { Config } from './config/config.ts';
import { createReadiness } from './create-readiness.ts';
import { checkDatabase } from './database/check-database.ts';
import { openDatabase } from './database/database.ts';
import { followDatabaseClock } from './database/database-clock.ts';
import { startEmbeddedPostgres } from './database/embedded-postgres.ts';
import { keptSecretKey } from './database/kept-secret-key.ts';
import { migrate } from './database/migrate.ts';
import { createDeactivate } from './deliver/create-deactivate.ts';
import { createDelivery } from './deliver/create-delivery.ts';
import { appendDeltas } from './deltas/append-deltas.ts';
import { DeltaWriter } from './deltas/delta-writer.ts';
import { checkSecretKey } from './directory/check-secret-key.ts';
import { createAccessStore } from './directory/create-access-store.ts';
import { createDirectory } from './directory/create-directory.ts';
import { createWebhookStore } from './directory/create-webhook-store.ts';
import { ensureMainAccount } from './directory/ensure-main-account.ts';
import { sealPlainHeaders } from './directory/seal-plain-headers.ts';
import { Sessions } from './directory/sessions.ts';
import { FeedHub } from './feed/feed-hub.ts';
import { findConsole } from './find-console.ts';
import { followChanges } from './follow-changes.ts';
import { createJobs } from './jobs/create-jobs.ts';
import { FilterKeeper } from './keep/filter-keeper.ts';
import { Folding } from './keep/folding.ts';
import { Keeper } from './keep/keeper.ts';
import { keptMs } from './keep/kept-ms.ts';
import { KeyFolder } from './keep/keys/key-folder.ts';
import { DAY_MS } from './model/time-units.ts';
import { createSearch, SEARCHES } from './search/text/create-search.ts';
import { createHeaderBox } from './secrets/header-box.ts';
import { createSecretBox } from './secrets/secret-box.ts';
import { tokenHash } from './secrets/token-hash.ts';
import { readCitus } from './sql/read-citus.ts';
import { readClock } from './sql/read-clock.ts';
import { StopList } from './stop-list.ts';
import { whyStartFailed } from './why-start-failed.ts';

/** A running node. */
export interface Node {
  /** Where the API is. */
  readonly url: string;
  /** The first token, if this start generated it: it cannot be shown again. */
  readonly firstToken: string | undefined;
  /**
   * Opens the console, signed in with the first token, once. Only where this start made that token: acts
   * of a later link would be recorded under a token that nobody showed.
   */
  readonly signInUrl: string | undefined;
  /**
   * Waits for load balancers to notice, refuses new events, finishes the requests in flight or
   * hands their invocations back, and stops the embedded database. All calls share one promise.
   */
  stop(): Promise<void>;
}

/** The length of a lease. A node renews the leases of what it is working on. */
const LEASE_MS = 30_000;

/** A job uses one at a time, and more jobs than these wait for each other. */
const JOB_CONNECTIONS = 3;

/** A statement of a search takes some 50 ms; one that takes so long would answer nobody. */
const SEARCH_STATEMENT_MS = 10_000;

/**
 * How long a stopping node waits for requests in flight; longer where a webhook's limit is longer.
 */
const DRAIN_MS = 15_000;

/**
 * Starts a node. If a part fails to start, it stops the earlier ones and rejects.
 *
 * @throws CannotStart if an operator can mend what is wrong
 */
export async function startNode(config: Config, log: Logger): Promise<Node> {
  const stops = new StopList(log);
  try {
    return await startParts(config, log, stops);
  } catch (error) {
    await stops.stop();
    throw whyStartFailed(error, config);
  }
}

/** Starts the parts in the order of their needs; they stop in reverse order. */
async function startParts(config: Config, log: Logger, stops: StopList): Promise<Node> {
  // The key, before the database that it belongs to.
  const secretKey = config.secretKey ?? (await keptSecretKey(config.dataDir));
  const secrets = createSecretBox(secretKey);

  // The database, and what comes from it: time, the key check, account 1.
  let { databaseUrl } = config;
  if (databaseUrl === undefined) {
    const embedded = await startEmbeddedPostgres({ dataDir: config.dataDir, log });
    stops.add('the embedded PostgreSQL', () => embedded.stop());
    databaseUrl = embedded.url;
  }
  await checkDatabase(databaseUrl);
  await migrate(databaseUrl, log);
  const statements = openDatabase(databaseUrl, { connections: 12, log });
  stops.add('the connection pool', () => statements.close());
  // Lists have their own pool, so that many of them do not take the connections of deliveries.
  const readDatabase = openDatabase(databaseUrl, { connections: 6, log });
  stops.add('the connection pool of lists', () => readDatabase.close());
  const searchDatabase = openDatabase(databaseUrl, {
    connections: SEARCHES,
    log,
    statementMs: SEARCH_STATEMENT_MS,
  });
  stops.add('the connection pool of searches', () => searchDatabase.close());

  await checkSecretKey(statements, secrets, keySource(config));
  await sealPlainHeaders({ database: statements, log, secrets });
  const clock = await followDatabaseClock(
    async () => ((await statements.run(readClock, undefined))[0] as { now_ms: number }).now_ms,
    log,
  );
  stops.add('the database clock', () => clock.stop());
  // From here on, what this node records is appended to the deltas.
  const deltas = new DeltaWriter({ clock, database: statements, log });
  stops.add('the writer of deltas', () => deltas.stop());
  const database = appendDeltas(statements, deltas);
  const [{ citus }] = (await statements.run(readCitus, undefined)) as [{ citus: boolean }];
  const { bootstrapToken } = config;
  const firstToken = await ensureMainAccount({ clock, database, bootstrapToken });

  // Partitions: made ahead, dropped after the retention.
  const rollupKeepMs = config.rollupRetentionDays * DAY_MS;
  const keepMs = keptMs(config);
  const keeper = new Keeper({ clock, database, databaseUrl, keepMs, rollupKeepMs, log });
  await keeper.start();
  stops.add('the keeper of partitions', () => keeper.stop());
  const filterDatabase = openDatabase(databaseUrl, { connections: 1, log });
  stops.add('the connection of search filters', () => filterDatabase.close());
  const filters = new FilterKeeper({
    clock,
    database: filterDatabase,
    keptMs: keepMs.invocation,
    log,
  });
  filters.start();
  stops.add('the keeper of search filters', () => filters.stop());
  const folding = new Folding({ clock, database, written: () => deltas.count, log });
  folding.start();
  stops.add('the folding of deltas', () => folding.stop());

  // Accounts, tokens and webhooks in memory, and their changes.
  const directory = createDirectory({
    database,
    secrets,
    onWebhook: (id) => delivery.lookAfter([id]),
  });
  const access = createAccessStore({ clock, database, directory });
  const limits = { count: config.maxWebhooksPerAccount, bytes: config.maxWebhookBytesPerAccount };
  const sessions = new Sessions({
    clock,
    database,
    directory,
    key: createHmac('sha256', secretKey).update('session').digest(),
  });
  const webhooks = createWebhookStore({ clock, database, directory, limits, secrets });

  // Events out.
  const addressRules = createAddressRules(config.allowedNetworks, config.allowedPorts);
  const delivery = createDelivery({
    addressRules,
    clock,
    database,
    descriptors: config.descriptors,
    deactivate: createDeactivate({ clock, directory, log, webhooks }),
    directory,
    dnsServers: config.dnsServers,
    drainMs: DRAIN_MS,
    egressProxy: config.egressProxy,
    leaseMs: LEASE_MS,
    log,
    secrets,
  });
  stops.add('the deliveries', () => delivery.stop());
  const listener = await followChanges({ databaseUrl, delivery, directory, log });
  stops.add('the listener', () => listener.stop());
  await delivery.start();

  // What events are found by, sorted after they were accepted.
  const keyFolder = new KeyFolder({ clock, database, keepMs: keepMs.event, log });
  keyFolder.start();
  stops.add('the index of keys', () => keyFolder.stop());

  // Events in.
  const { shortCut } = delivery;
  const acceptor = createAcceptor({
    clock,
    database,
    directory,
    leaseMs: LEASE_MS,
    onKeys: (lane, entries) => keyFolder.note(lane, entries),
    shortCut,
  });
  stops.add('the acceptor', () => acceptor.stop());

  // What happens, for those who follow it. It has its own connections too.
  const feedDatabase = openDatabase(databaseUrl, { connections: 2, log });
  stops.add('the connection pool of the feed', () => feedDatabase.close());
  const feed = new FeedHub({ clock, database: feedDatabase, directory, log });
  stops.add('the feed', () => feed.stop());
  deltas.onAppended = () => feed.wake();

  // Bulk acts, on connections of their own: a page of a job never waits for a delivery, nor one for it.
  const jobStatements = openDatabase(databaseUrl, { connections: JOB_CONNECTIONS, log });
  stops.add('the connection pool of jobs', () => jobStatements.close());
  const jobs = createJobs({
    clock,
    database: appendDeltas(jobStatements, deltas),
    directory,
    isBroken: (webhookId) => delivery.breakers.broken(webhookId) !== undefined,
    log,
    lookAfter: (webhookIds) => delivery.due(webhookIds),
    oneLane: citus,
    retentionDays: config.retentionDays,
  });
  jobs.start();
  stops.add('the jobs', () => jobs.stop());

  // The API on top.
  const app = await buildApp({
    acceptor,
    access,
    addressRules,
    clock,
    consoleFolder: config.console ? findConsole() : undefined,
    cursorKey: createHmac('sha256', secretKey).update('cursor').digest(),
    database: readDatabase,
    directory,
    feed,
    feedKey: createHmac('sha256', secretKey).update('feed').digest(),
    headerBox: createHeaderBox(secrets),
    jobs,
    limits: {
      connections: config.descriptors.connections,
      accountPerMinute: config.accountRateLimit,
      tokenPerMinute: config.tokenRateLimit,
      failedLoginsPerMinute: config.failedLoginLimit,
    },
    log,
    oneLane: citus,
    notReadyReason: createReadiness({ database: readDatabase, isStopping: () => stops.begun }),
    publicUrl: config.publicUrl,
    retentionDays: config.retentionDays,
    search: createSearch(searchDatabase),
    sessions,
    rollupKeptMs: { minute: keepMs.rollup_minute, hour: rollupKeepMs, day: rollupKeepMs },
    closeBreaker: (webhookId) => delivery.breakers.drop(webhookId),
    probeBreakerNow: (webhookId) => delivery.breakers.probeNow(webhookId),
    replay: delivery.replay,
    flushBreakerCounts: () => delivery.breakers.flush(),
    trustedProxies: config.trustedProxies,
    sendTrial: delivery.tryOut,
    webhooks,
  });
  stops.add('the API', () => closeApp(app));
  if (config.drainDelayMs > 0) {
    // Load balancers see `/readyz` fail and stop sending before the node refuses connections.
    stops.add('the drain delay', () => sleep(config.drainDelayMs));
  }
  await app.listen({ host: config.host, port: config.port });
  const url = urlOf(app.server.address() as AddressInfo);
  const first = firstToken === undefined ? undefined : directory.tokenByHash(tokenHash(firstToken));
  const code = config.console && first !== undefined ? await sessions.createCode(first) : undefined;
  return {
    url,
    firstToken,
    signInUrl: code && `${config.publicUrl ?? url}/console/#code=${code.text}`,
    stop: () => stops.stop(),
  };
}

function keySource({ secretKey, dataDir }: Config): string {
  return secretKey === undefined ? `The key in ${dataDir}/secret-key` : 'HOOKTRAIL_SECRET_KEY';
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
