import { createHmac } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createAcceptor } from './accept/create-acceptor.ts';
import { traceAcceptor } from './accept/trace-acceptor.ts';
import { createAddressRules } from './addresses/address-rules.ts';
import { createNameResolver } from './addresses/create-name-resolver.ts';
import { createDial } from './addresses/dial.ts';
import { AlertEvaluator } from './alerts/alert-evaluator.ts';
import { createJobReader } from './alerts/conditions/create-job-reader.ts';
import { createUpkeepReaders } from './alerts/conditions/create-upkeep-readers.ts';
import { createWebhookReaders } from './alerts/conditions/create-webhook-readers.ts';
import { FailureReader } from './alerts/conditions/failure-reader.ts';
import { SourceReader } from './alerts/conditions/source-reader.ts';
import { createAlertStore } from './alerts/create-alert-store.ts';
import { createAlertRoutes } from './alerts/routes/create-alert-routes.ts';
import { buildApp } from './api/app.ts';
import { closeApp } from './api/close-app.ts';
import { createExportViews } from './api/jobs/create-export-views.ts';
import { serveMetrics } from './api/metrics/serve-metrics.ts';
import { SERVER_VERSION } from './api/sessions/server-version.ts';
import { createArchive } from './archive/create-archive.ts';
import type { Config } from './config/config.ts';
import { shareRoom } from './config/share-room.ts';
import { createReadiness } from './create-readiness.ts';
import { ShardsOfCluster } from './database/citus/shards-of-cluster.ts';
import { openDatabase } from './database/database.ts';
import { followDatabaseClock } from './database/database-clock.ts';
import { keptSecretKey } from './database/kept-secret-key.ts';
import { createDeactivate } from './deliver/create-deactivate.ts';
import { createDelivery } from './deliver/create-delivery.ts';
import { appendDeltas } from './deltas/append-deltas.ts';
import { DeltaWriter } from './deltas/delta-writer.ts';
import { checkSecretKey } from './directory/check-secret-key.ts';
import { createAccessStore } from './directory/create-access-store.ts';
import { createDirectory } from './directory/create-directory.ts';
import { createInboxStore } from './directory/create-inbox-store.ts';
import { createWebhookStore } from './directory/create-webhook-store.ts';
import { ensureMainAccount } from './directory/ensure-main-account.ts';
import { sealPlainHeaders } from './directory/seal-plain-headers.ts';
import { Sessions } from './directory/sessions.ts';
import { FeedHub } from './feed/feed-hub.ts';
import { findConsole } from './find-console.ts';
import { followChanges } from './follow-changes.ts';
import { watchParts } from './gauges/watch-parts.ts';
import { createJobs } from './jobs/create-jobs.ts';
import { FilterKeeper } from './keep/filter-keeper.ts';
import { Folding } from './keep/folding.ts';
import { Keeper } from './keep/keeper.ts';
import { keptMs } from './keep/kept-ms.ts';
import { KeyFolder } from './keep/keys/key-folder.ts';
import { Storage } from './keep/storage.ts';
import { createNodeMetrics } from './metrics/create-node-metrics.ts';
import { laneOf } from './model/lanes.ts';
import { DAY_MS } from './model/time-units.ts';
import { Heartbeat } from './nodes/heartbeat.ts';
import { LoadMeter } from './nodes/load-meter.ts';
import { prepareDatabase } from './prepare-database.ts';
import type { Member } from './processes/member.ts';
import { createSearch } from './search/text/create-search.ts';
import { createHeaderBox } from './secrets/header-box.ts';
import { createSecretBox } from './secrets/secret-box.ts';
import { tokenHash } from './secrets/token-hash.ts';
import { measureLoad } from './shares/measure-load.ts';
import { readCitus } from './sql/read-citus.ts';
import { readClock } from './sql/read-clock.ts';
import { StopList } from './stop-list.ts';
import type { Traces } from './traces/traces.ts';
import { FailingWebhooks } from './trail/failing-webhooks.ts';
import { Problems } from './trail/problems.ts';
import { whyStartFailed } from './why-start-failed.ts';

/** A running node. */
export interface Node {
  /** Where the API is. */
  readonly url: string;
  /** Where metrics are read without a token; undefined: nowhere. */
  readonly metricsUrl: string | undefined;
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
  /** Rejects when the node cannot go on and has stopped. Undefined: one process ends by itself. */
  readonly untilLost: (() => Promise<never>) | undefined;
}

/** The length of a lease. A node renews the leases of what it is working on. */
const LEASE_MS = 30_000;

/** A statement of a search takes some 50 ms; one that takes so long would answer nobody. */
const SEARCH_STATEMENT_MS = 10_000;

/**
 * How long a stopping node waits for requests in flight; longer where a webhook's limit is longer.
 */
const DRAIN_MS = 15_000;

/**
 * Starts a node. If a part fails to start, it stops the earlier ones and rejects.
 *
 * @param member This process, if it is one of several behind the port: another one prepared the database,
 * serves the metrics and says what is to be stopped.
 * @throws CannotStart if an operator can mend what is wrong
 */
export async function startNode(
  config: Config,
  log: Logger,
  member: Member | undefined,
): Promise<Node> {
  const stops = new StopList(log);
  try {
    return await startParts(config, log, member, stops);
  } catch (error) {
    await stops.stop();
    throw whyStartFailed(error, config);
  }
}

/** Starts the parts in the order of their needs; they stop in reverse order. */
async function startParts(
  config: Config,
  log: Logger,
  member: Member | undefined,
  stops: StopList,
): Promise<Node> {
  const room = shareRoom(config.processes);

  // The key, before the database that it belongs to.
  const secretKey = config.secretKey ?? (await keptSecretKey(config.dataDir));
  const secrets = createSecretBox(secretKey);

  // What parts count; each gets its own.
  const metrics = createNodeMetrics({
    version: SERVER_VERSION,
    topWebhooks: config.metricsWebhooks,
    nameOf: (webhookId) => directory.webhook(webhookId)?.name,
  });

  // OpenTelemetry is loaded only where it is switched on.
  let traces: Traces | undefined;
  if (config.traces !== undefined) {
    const { createTraces } = await import('./traces/create-traces.ts');
    const started = await createTraces({ config: config.traces, log, version: SERVER_VERSION });
    stops.add('the traces', () => started.stop());
    traces = started;
  }

  // The database, and what comes from it: time, the key check, account 1.
  const databaseUrl = member?.databaseUrl ?? (await prepareDatabase(config, log, stops));
  const openPool = (
    name: string,
    connections: number,
    { isTraced = true, ...limit }: { isTraced?: boolean; statementMs?: number } = {},
  ) => {
    const pool = openDatabase(databaseUrl, {
      connections,
      log,
      metrics: metrics.pool(name),
      ...(isTraced && { traces }),
      ...limit,
    });
    stops.add(`the connection pool "${name}"`, () => pool.close());
    return pool;
  };
  const statements = openPool('work', room.connections.work);
  const readDatabase = openPool('lists', room.connections.lists);
  const searchDatabase = openPool('searches', room.connections.searches, {
    statementMs: SEARCH_STATEMENT_MS,
  });

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
  const [{ citus }] = (await statements.run(readCitus, undefined)) as [{ citus: boolean }];
  const connections = room.connections.work;
  const shards = citus
    ? await ShardsOfCluster.open({
        connections,
        databaseUrl,
        log,
        metrics: metrics.pool('shards'),
        traces,
      })
    : undefined;
  if (shards !== undefined) stops.add('the connections to workers', () => shards.close());
  const database = appendDeltas(shards?.through(statements) ?? statements, deltas);
  const { bootstrapToken } = config;
  const firstToken = await ensureMainAccount({ clock, database, bootstrapToken });

  // Partitions: made ahead, dropped after the retention.
  const rollupKeepMs = config.rollupRetentionDays * DAY_MS;
  const keepMs = keptMs(config);
  const keeper = new Keeper({ citus, clock, database, databaseUrl, keepMs, rollupKeepMs, log });
  await keeper.start();
  stops.add('the keeper of partitions', () => keeper.stop());
  const filters = new FilterKeeper({
    clock,
    database: openPool('search filters', 1, { isTraced: false }),
    keptMs: keepMs.invocation,
    log,
    ...(shards && { workers: () => shards.machines() }),
  });
  filters.start();
  stops.add('the keeper of search filters', () => filters.stop());
  const folding = new Folding({ citus, clock, database, written: () => deltas.count, log });
  folding.start();
  stops.add('the folding of deltas', () => folding.stop());

  // Accounts, tokens and webhooks in memory, and their changes.
  const directory = createDirectory({
    database,
    secrets,
    onWebhook: (id) => delivery.lookAfter([id]),
  });
  const access = createAccessStore({ clock, database, directory });
  const inboxes = createInboxStore({ clock, database, directory, secrets });
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
    metrics: metrics.deliver,
    room,
    secrets,
    shards,
    traces,
    webhookOrigin: config.webhookOrigin,
  });
  stops.add('the deliveries', () => delivery.stop());
  const listener = await followChanges({ databaseUrl, delivery, directory, log });
  stops.add('the listener', () => listener.stop());

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
    metrics: metrics.accept,
    onKeys: (lane, entries) => keyFolder.note(lane, entries),
    room,
    shards,
    shortCut,
    traces,
  });
  stops.add('the acceptor', () => acceptor.stop());

  // Who follows the feed, and who searches, gives way to deliveries while the machine has no processor left.
  const loadNow = measureLoad();
  const isFull = () => loadNow() === 'full';

  // What happens, for those who follow it. It has its own connections too.
  // No traces: it reads for all readers at once, for hours, and would do so below the request of the first.
  const feedDatabase = openPool('feed', room.connections.feed, { isTraced: false });
  const feed = new FeedHub({ citus, clock, database: feedDatabase, directory, isFull, log });
  stops.add('the feed', () => feed.stop());
  deltas.onAppended = () => feed.wake();

  // What is not delivered dials as deliveries do.
  const dial = createDial(
    addressRules,
    createNameResolver({ servers: config.dnsServers }),
    config.egressProxy,
  );

  // Where alerts go.
  const alertRoutes = createAlertRoutes({
    acceptor,
    clock,
    database,
    dial,
    directory,
    heartbeatUrl: config.heartbeatUrl,
    log,
    mail: config.mail,
    publicUrl: config.publicUrl,
    secrets,
  });
  stops.add('the routes of alerts', () => alertRoutes.stop());

  const headerBox = createHeaderBox(secrets);
  // The trails of remote accounts, on connections of their own.
  const archive = createArchive({
    clock,
    database: openPool('archive', room.connections.archive),
    databaseUrl,
    dial,
    directory,
    keepMs: keepMs.archive_invocation,
    log,
    resends: delivery.resends,
    secrets,
  });
  stops.add('the archive', () => archive.stop());
  archive.start();

  // Bulk acts, on connections of their own: a page of a job never waits for a delivery, nor one for it.
  const jobStatements = openPool('jobs', room.connections.jobs);
  const jobs = createJobs({
    clock,
    connections: room.connections.jobs,
    database: appendDeltas(jobStatements, deltas),
    directory,
    exports: {
      to: config.exportStore ?? config.exportDir ?? join(config.dataDir, 'exports'),
      isNamed: config.exportDir !== undefined,
      maxBytes: config.maxExportBytesPerAccount,
      views: createExportViews(headerBox),
    },
    isBroken: (webhookId) => delivery.breakers.broken(webhookId) !== undefined,
    log,
    lookAfter: (webhookIds) => delivery.due(webhookIds),
    metrics: metrics.deliver,
    note: (webhookId, atMs) => delivery.note(webhookId, atMs),
    oneLane: citus,
    resender: archive.resender,
    retentionDays: config.retentionDays,
  });
  stops.add('the jobs', () => jobs.stop());
  await jobs.start();

  // What is wrong, for those who look.
  const rollupKeptMs = { minute: keepMs.rollup_minute, hour: rollupKeepMs, day: rollupKeepMs };
  const problems = new Problems({
    clock,
    database: readDatabase,
    directory,
    failing: new FailingWebhooks({ citus, clock, database: readDatabase, rollupKeptMs }),
    brokenOf: (webhookId) => delivery.breakers.broken(webhookId),
    backlogOf: (webhookId) => delivery.backlogs.of(webhookId, laneOf(webhookId)),
  });

  // What an operator watches.
  const storage = new Storage({ clock, database: readDatabase, keepMs, citus });
  const scrapes = watchParts({
    acceptUse: () => acceptor.use(),
    clock,
    database: readDatabase,
    delivery,
    feed,
    heldBy: (webhookId) => jobs.heldBy(webhookId),
    metrics,
    oneLane: citus,
    storage,
  });
  const load = new LoadMeter({ use: delivery.use, delays: metrics.deliver.delays });
  const heartbeat = new Heartbeat({
    clock,
    database,
    load: () => load.read(),
    log,
    version: SERVER_VERSION,
  });
  stops.add('the heartbeat', () => heartbeat.stop());

  // What people are told of, evaluated by one node at a time.
  const { backlogs, breakers } = delivery;
  const evaluator = new AlertEvaluator({
    clock,
    database,
    directory,
    log,
    node: heartbeat.id,
    onNotices: () => alertRoutes.wake(),
    readers: [
      new FailureReader({
        ...{ citus, clock, database: readDatabase, directory, rollupKeptMs },
        webhooksOfRoutes: (accountId) => alertRoutes.store.webhookIds(accountId),
      }),
      ...createWebhookReaders({ backlogs, breakers, clock, directory }),
      createJobReader({ database: readDatabase }),
      new SourceReader({ clock, database: readDatabase }),
      ...createUpkeepReaders({
        citus,
        clock,
        database: readDatabase,
        databaseUrl,
        directory,
        mostBytes: config.databaseBytes,
        storage,
      }),
    ],
  });
  stops.add('the evaluation of alerts', () => evaluator.stop());
  const { checks, notReadyReason } = createReadiness({
    database: readDatabase,
    isListening: () => listener.isListening,
    isStopping: () => stops.begun,
    siblings: () => member?.siblings,
    last: {
      beatMs: () => heartbeat.beatMs,
      keptMs: () => keeper.keptMs,
      sweptMs: () => delivery.backlogs.sweptMs,
    },
  });

  // The API on top.
  const app = await buildApp({
    acceptor: traces === undefined ? acceptor : traceAcceptor(acceptor, traces),
    access,
    addressRules,
    alertRoutes,
    alerts: createAlertStore({ clock, database }),
    archive,
    clock,
    consoleFolder: config.console ? findConsole() : undefined,
    cursorKey: createHmac('sha256', secretKey).update('cursor').digest(),
    database: readDatabase,
    directory,
    feed,
    feedKey: createHmac('sha256', secretKey).update('feed').digest(),
    headerBox,
    inboxes,
    jobs,
    limits: {
      connections: config.descriptors.connections,
      accountPerMinute: config.accountRateLimit,
      tokenPerMinute: config.tokenRateLimit,
      failedLoginsPerMinute: config.failedLoginLimit,
    },
    log,
    oneLane: citus,
    metrics: {
      requests: metrics.requests,
      feedSkipped: metrics.feedSkipped,
      searchBytes: metrics.searchBytes,
      text: (format) => member?.metricsText(format) ?? scrapes.text(format),
    },
    checks,
    notReadyReason,
    problems,
    publicUrl: config.publicUrl,
    retentionDays: config.retentionDays,
    room,
    search: createSearch(searchDatabase, room.connections.searches, loadNow),
    sessions,
    rollupKeptMs,
    closeBreaker: (webhookId) => delivery.breakers.drop(webhookId),
    probeBreakerNow: async (webhookId) => {
      await delivery.breakers.probeNow(webhookId);
      await delivery.handshakes.askNow(webhookId);
    },
    replay: delivery.replay,
    flushBreakerCounts: () => delivery.breakers.flush(),
    storage,
    traces,
    trustedProxies: config.trustedProxies,
    sendTrial: delivery.tryOut,
    webhooks,
  });
  stops.add('the API', () => closeApp(app));
  if (config.drainDelayMs > 0) {
    // Load balancers see `/readyz` fail and stop sending before the node refuses connections.
    stops.add('the drain delay', () => sleep(config.drainDelayMs));
  }
  const first = firstToken === undefined ? undefined : directory.tokenByHash(tokenHash(firstToken));
  const code = config.console && first !== undefined ? await sessions.createCode(first) : undefined;
  await app.listen({ host: config.host, port: config.port });
  const url = urlOf(app.server.address() as AddressInfo);
  if (member !== undefined) member.collect = () => scrapes.read();
  const metricsListener =
    member === undefined &&
    config.metrics !== undefined &&
    (await serveMetrics({ ...config.metrics, text: (format) => scrapes.text(format) }));
  if (metricsListener) stops.add('the metrics', () => metricsListener.stop());
  await heartbeat.start(url, member && { number: member.number, processes: config.processes });
  // Last, when nothing can fail any more: a start that fails would take its requests in flight with it.
  await delivery.start();
  evaluator.start();
  alertRoutes.start({ evaluator, node: heartbeat.id, notReadyReason });
  return {
    url,
    metricsUrl: metricsListener ? metricsListener.url : undefined,
    firstToken,
    signInUrl: code && `${config.publicUrl ?? url}/console/#code=${code.text}`,
    stop: () => stops.stop(),
    untilLost: undefined,
  };
}

function keySource({ secretKey, dataDir }: Config): string {
  return secretKey === undefined ? `The key in ${dataDir}/secret-key` : 'HOOKTRAIL_SECRET_KEY';
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
