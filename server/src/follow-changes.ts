import type { Logger } from 'pino';
import { type Listener, listen } from './database/listen.ts';
import type { Delivery } from './deliver/create-delivery.ts';
import type { DirectoryCache } from './directory/create-directory.ts';

interface Parts {
  readonly databaseUrl: string;
  readonly delivery: Delivery;
  readonly directory: DirectoryCache;
  readonly log: Logger;
}

/**
 * Keeps what this node holds in memory up to date with the changes of all nodes: it listens to
 * their notifications, and reloads everything whenever it begins to listen, since it may have
 * missed some.
 */
export function followChanges({ databaseUrl, delivery, directory, log }: Parts): Promise<Listener> {
  function report(reload: Promise<unknown>, failure: string, fields = {}): void {
    reload.catch((error: unknown) => log.error({ err: error, ...fields }, failure));
  }

  async function refreshWebhook(id: string): Promise<void> {
    await directory.refreshWebhook(id);
    if (directory.webhook(id) === undefined) delivery.forget(id);
  }

  return listen({
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
    onListening: async () => {
      await directory.reload();
      await delivery.catchUp();
    },
  });
}
