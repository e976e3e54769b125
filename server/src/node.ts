import { createHmac } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createAcceptor } from './accept/create-acceptor.ts';
import { createAddressRules } from './addresses/address-rules.ts';
import { buildApp } from './api/app.ts';
import { closeApp } from './api/close-app.ts';
import type { Config } from './config/config.ts';
import { openDatabase } from './database/database.ts';
import { followDatabaseClock } from './database/database-clock.ts';
import { startEmbeddedPostgres } from './database/embedded-postgres.ts';
import { keptSecretKey } from './database/kept-secret-key.ts';
import { listen } from './database/listen.ts';
import { migrate } from './database/migrate.ts';
import { createDeactivate } from './deliver/create-deactivate.ts';
import { createDelivery } from './deliver/create-delivery.ts';
import { checkSecretKey } from './directory/check-secret-key.ts';
import { createAccessStore } from './directory/create-access-store.ts';
import { createDirectory } from './directory/create-directory.ts';
import { createWebhookStore } from './directory/create-webhook-store.ts';
import { ensureMainAccount } from './directory/ensure-main-account.ts';
import { Keeper } from './keep/keeper.ts';
import { keptMs } from './keep/kept-ms.ts';
import { createSecretBox } from './secrets/secret-box.ts';
import { readClock } from './sql/read-clock.ts';

/** A running node. */
export interface Node {
  /** Where the API is. */
  readonly url: string;
  /** The first token, if this start made one up: it is never shown again. */
  readonly madeToken: string | undefined;
  /**
   * Waits as long as load balancers need, stops taking events, finishes what is under way or hands it back, then stops the database if it
   * is embedded. All calls share one promise.
   */
  stop(): Promise<void>;
}

/** How long a node holds what it leased without a sign of life: it renews what it is busy with. */
const LEASE_MS = 30_000;

/** How long a stopping node waits for what is under way; longer where a webhook allows longer requests. */
const DRAIN_MS = 15_000;

/** A database that needs longer to tell the time is not ready for work. */
const READY_MS = 2_000;

/** Starts all parts in the order in which they need each other; `stop` goes the other way. */
export async function startNode(config: Config, log: Logger): Promise<Node> {
  const stops: (() => Promise<unknown> | unknown)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      for (const stopPart of stops.reverse()) {
        // A part that cannot stop well must not keep the rest, the database above all, from it.
        await Promise.resolve(stopPart()).catch((error: unknown) =>
          log.error({ err: error }, 'a part of the node did not stop well'),
        );
      }
    })();
    return stopping;
  };

  const logFailure = (work: Promise<void>): void => {
    work.catch((error: unknown) => log.error({ err: error }, 'a change could not be followed'));
  };

  try {
    let databaseUrl = config.databaseUrl;
    if (databaseUrl === undefined) {
      const embedded = await startEmbeddedPostgres({ dataDir: config.dataDir, log });
      stops.push(() => embedded.stop());
      databaseUrl = embedded.url;
    }
    await migrate(databaseUrl, log);

    // Reading has a pool of its own: a crowd of listings must not take the deliveries' connections.
    const database = openDatabase(databaseUrl, { connections: 10, log });
    stops.push(() => database.close());
    const reading = openDatabase(databaseUrl, { connections: 6, log });
    stops.push(() => reading.close());

    const secretKey = config.secretKey ?? (await keptSecretKey(config.dataDir));
    const secrets = createSecretBox(secretKey);
    await checkSecretKey(database, secrets);

    const clock = await followDatabaseClock(
      async () => ((await database.run(readClock, undefined))[0] as { now_ms: number }).now_ms,
      log,
    );
    stops.push(() => clock.stop());
    const madeToken = await ensureMainAccount({
      clock,
      database,
      bootstrapToken: config.bootstrapToken,
    });
    const keeper = new Keeper({
      clock,
      database,
      databaseUrl,
      keepMs: keptMs(config),
      log,
    });
    await keeper.start();
    stops.push(() => keeper.stop());

    const directory = createDirectory({
      database,
      secrets,
      onWebhook: (id) => delivery.lookAfter([id]),
    });
    const access = createAccessStore({ clock, database, directory });
    const webhooks = createWebhookStore({ clock, database, directory, secrets });
    const addressRules = createAddressRules(config.allowedNetworks, config.allowedPorts);
    const delivery = createDelivery({
      addressRules,
      clock,
      database,
      deactivate: createDeactivate({ clock, directory, log, webhooks }),
      directory,
      dnsServers: config.dnsServers,
      drainMs: DRAIN_MS,
      leaseMs: LEASE_MS,
      log,
    });
    stops.push(() => delivery.stop());
    const listener = await listen({
      url: databaseUrl,
      log,
      channels: {
        hooktrail_webhook: (id) => logFailure(directory.refreshWebhook(id)),
        hooktrail_access: () => logFailure(directory.refreshAccess()),
        hooktrail_breaker: (id) => logFailure(delivery.breakers.refresh([id])),
        hooktrail_due: (ids) => delivery.lookAfter(ids.split(',')),
      },
      onListening: async () => {
        await directory.reload();
        await delivery.breakers.reload();
      },
    });
    stops.push(() => listener.stop());
    await delivery.start();

    const acceptor = createAcceptor({
      clock,
      database,
      directory,
      leaseMs: LEASE_MS,
      shortCut: delivery.shortCut,
    });
    stops.push(() => acceptor.stop());

    const app = await buildApp({
      acceptor,
      access,
      addressRules,
      clock,
      cursorKey: createHmac('sha256', secretKey).update('cursor').digest(),
      database: reading,
      directory,
      limits: {
        tokenPerMinute: config.tokenRateLimit,
        failedLoginsPerMinute: config.failedLoginLimit,
      },
      log,
      notReadyReason: async () => {
        if (stopping !== undefined) return 'this node is stopping';
        const silent = sleep(READY_MS, 'the database does not answer', { ref: false });
        const answered = reading.run(readClock, undefined).then(
          () => undefined,
          (error: Error) => error.message,
        );
        return Promise.race([answered, silent]);
      },
      publicUrl: config.publicUrl,
      retentionDays: config.retentionDays,
      closeBreaker: (webhookId) => delivery.breakers.drop(webhookId),
      probeBreakerNow: (webhookId) => delivery.breakers.probeNow(webhookId),
      replay: delivery.replay,
      flushBreakerCounts: () => delivery.breakers.flush(),
      trustedProxies: config.trustedProxies,
      sendTrial: delivery.tryOut,
      webhooks,
    });
    stops.push(() => closeApp(app));
    if (config.drainDelayMs > 0) {
      // Load balancers see a node that is not ready, and send no more, before it refuses connections.
      stops.push(() => sleep(config.drainDelayMs));
    }
    await app.listen({ host: config.host, port: config.port });
    const { address, family, port } = app.server.address() as AddressInfo;
    const host = family === 'IPv6' ? `[${address}]` : address;
    return { url: `http://${host}:${port}`, madeToken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
