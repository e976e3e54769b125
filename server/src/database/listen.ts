import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { applicationName } from './application-name.ts';
import type { Channel } from './channel.ts';

interface Options {
  readonly url: string;
  readonly log: Logger;
  readonly channels: Readonly<Record<Channel, (payload: string) => void>>;
  /** Runs whenever listening starts, because earlier notifications were missed. */
  readonly onListening: () => Promise<void>;
}

export interface Listener {
  /** Whether its connection is there: what other nodes change is heard at once. */
  readonly isListening: boolean;
  stop(): Promise<void>;
}

const HEARTBEAT_MS = 15_000;
const GOODBYE_MS = 1_000;

/**
 * Listens on its own connection and reconnects when that is lost. Resolves when it listens and
 * `onListening` has finished; rejects if the first connection fails.
 */
export async function listen({ url, log, channels, onListening }: Options): Promise<Listener> {
  const stopping = new AbortController();
  let client: pg.Client | undefined;
  let reconnecting: Promise<void> | undefined;

  async function close(connection: pg.Client): Promise<void> {
    // A dead database never confirms the close, so do not wait for it.
    const silent = setTimeout(() => connection.connection.stream.destroy(), GOODBYE_MS);
    await connection.end().catch(() => undefined);
    clearTimeout(silent);
  }

  async function connect(): Promise<void> {
    const fresh = new pg.Client({
      connectionString: url,
      application_name: applicationName('listener'),
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
      keepAlive: true,
    });
    fresh.on('notification', ({ channel, payload }) => {
      channels[channel as Channel]?.(payload ?? '');
    });
    const lost = new Promise<void>((resolve) => {
      fresh.on('error', (error) => {
        if (!stopping.signal.aborted)
          log.warn({ err: error }, 'lost the connection that listens for notifications');
        resolve();
      });
      fresh.on('end', resolve);
    });
    const forget = () => {
      if (client === fresh) client = undefined;
    };
    try {
      await fresh.connect();
      for (const channel of Object.keys(channels)) await fresh.query(`listen ${channel}`);
      stopping.signal.throwIfAborted();
      client = fresh;
      void lost.then(forget); // also while `onListening` runs
      await onListening();
    } catch (error) {
      forget();
      await close(fresh);
      throw error;
    }
    // Without this, a dead connection looks like one without notifications.
    const heartbeat = setInterval(() => {
      fresh.query('select').catch((error: Error) => fresh.emit('error', error));
    }, HEARTBEAT_MS);
    void lost.then(() => {
      clearInterval(heartbeat);
      fresh.end().catch(() => undefined);
      reconnecting = reconnect();
    });
  }

  async function reconnect(): Promise<void> {
    for (let waitMs = 100; !stopping.signal.aborted; waitMs = Math.min(2 * waitMs, 2_000)) {
      try {
        await sleep(waitMs, undefined, { signal: stopping.signal });
        await connect();
        log.info('listening for notifications again');
        return;
      } catch (error) {
        if (!stopping.signal.aborted)
          log.warn({ err: error }, 'could not reconnect to listen for notifications; retrying');
      }
    }
  }

  await connect();
  return {
    get isListening() {
      return client !== undefined;
    },
    async stop() {
      stopping.abort();
      if (client !== undefined) await close(client);
      await reconnecting; // closes a connection that was just opening
    },
  };
}
