import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Listener, listen } from './database/listen.ts';
import type { Delivery } from './deliver/create-delivery.ts';
import type { DirectoryCache } from './directory/create-directory.ts';
import { logFailure } from './log/log-failure.ts';
import { SECOND_MS } from './model/time-units.ts';

interface Parts {
  readonly databaseUrl: string;
  readonly delivery: Delivery;
  readonly directory: DirectoryCache;
  readonly log: Logger;
}

/** From a failed reload to the next try, which takes up to 5 s itself while no connection is free. */
const RETRY_MS = SECOND_MS;

/**
 * Keeps what this node holds in memory up to date with the changes of all nodes: it listens to
 * their notifications, and reloads everything whenever it begins to listen, since it may have
 * missed some.
 *
 * A reload that fails is a miss too, and no reconnection makes up for it: the listener has its own
 * connection, which stays while those of the pool are busy. So everything is reloaded until that
 * succeeds, once for all failures so far. Repeating only what failed would need a list for each
 * kind of change, for something that is rare.
 */
export async function followChanges(parts: Parts): Promise<Listener> {
  const { databaseUrl, delivery, directory, log } = parts;
  const stopping = new AbortController();
  let hasMissed = false;
  let catchingUp: Promise<void> | undefined;

  async function reloadAll(): Promise<void> {
    await directory.reload();
    await delivery.catchUp();
  }

  /** Logs no failures: the one that it makes up for was logged, and they would be a line each second. */
  async function catchUp(): Promise<void> {
    while (hasMissed) {
      try {
        await sleep(RETRY_MS, undefined, { signal: stopping.signal });
        hasMissed = false; // a reload that fails from now on may be of a change that is not read
        await reloadAll();
      } catch {
        hasMissed = !stopping.signal.aborted;
      }
    }
    catchingUp = undefined;
    if (!stopping.signal.aborted) log.info('reloaded everything after a reload had failed');
  }

  function report(reload: Promise<unknown>, failure: string, fields = {}): void {
    reload.catch((error: unknown) => {
      logFailure(log.child(fields), error, `${failure}; retrying`);
      hasMissed = true;
      catchingUp ??= catchUp();
    });
  }

  async function refreshWebhook(id: string): Promise<void> {
    await directory.refreshWebhook(id);
    if (directory.webhook(id) === undefined) delivery.forget(id);
  }

  const listener = await listen({
    url: databaseUrl,
    log,
    channels: {
      hooktrail_webhook: (id) =>
        report(refreshWebhook(id), 'could not reload a webhook', { webhook_id: id }),
      hooktrail_access: () =>
        report(directory.refreshAccess(), 'could not reload accounts and tokens'),
      hooktrail_breaker: (id) =>
        report(
          Promise.all([delivery.breakers.refresh([id]), delivery.handshakes.refresh([id])]),
          'could not reload what holds a webhook back',
          { webhook_id: id },
        ),
      hooktrail_due: (ids) => delivery.lookAfter(ids.split(',')),
    },
    onListening: reloadAll,
  }).catch((error: unknown) => {
    stopping.abort(); // a node that cannot start tries nothing again
    throw error;
  });

  return {
    get isListening() {
      return listener.isListening;
    },
    async stop() {
      stopping.abort();
      await listener.stop();
      await catchingUp;
    },
  };
}
