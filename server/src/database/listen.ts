import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import type { Channel } from './channel.ts';

interface Options {
  readonly url: string;
  readonly log: Logger;
  readonly channels: Readonly<Record<Channel, (payload: string) => void>>;
  /** Runs whenever listening begins: what was notified before was missed. */
  readonly onListening: () => Promise<void>;
}

export interface Listener {
  stop(): Promise<void>;
}

const HEARTBEAT_MS = 15_000;
const GOODBYE_MS = 1_000;

/**
 * Listens on one connection of its own and comes back by itself when that is lost. Resolves once
 * it listens and `onListening` is done; the first connection must succeed.
 */
export async function listen({ url, log, channels, onListening }: Options): Promise<Listener> {
  const stopping = new AbortController();
  let client: pg.Client | undefined;
  let reconnecting: Promise<void> | undefined;

  async function connect(): Promise<void> {
    const fresh = new pg.Client({
      connectionString: url,
      application_name: 'hooktrail listener',
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
      keepAlive: true,
    });
    fresh.on('notification', ({ channel, payload }) => {
      channels[channel as Channel]?.(payload ?? '');
    });
    const lost = new Promise<void>((resolve) => {
      fresh.on('error', (error) => {
        if (!stopping.signal.aborted) log.warn({ err: error }, 'the listening connection was lost');
        resolve();
      });
      fresh.on('end', resolve);
    });
    try {
      await fresh.connect();
      for (const channel of Object.keys(channels)) await fresh.query(`listen ${channel}`);
      stopping.signal.throwIfAborted();
      client = fresh;
      await onListening();
    } catch (error) {
      await fresh.end().catch(() => undefined);
      throw error;
    }
    // A connection that fell silent looks like one on which nothing is notified.
    const heartbeat = setInterval(() => {
      fresh.query('select').catch((error: Error) => fresh.emit('error', error));
    }, HEARTBEAT_MS);
    void lost.then(() => {
      clearInterval(heartbeat);
      if (client === fresh) client = undefined;
      fresh.end().catch(() => undefined);
      reconnecting = reconnect();
    });
  }

  async function reconnect(): Promise<void> {
    for (let waitMs = 100; !stopping.signal.aborted; waitMs = Math.min(2 * waitMs, 2_000)) {
      try {
        await sleep(waitMs, undefined, { signal: stopping.signal });
        await connect();
        log.info('listening again');
        return;
      } catch (error) {
        if (!stopping.signal.aborted) log.warn({ err: error }, 'cannot listen yet');
      }
    }
  }

  await connect();
  return {
    async stop() {
      stopping.abort();
      const last = client;
      // A database that fell silent does not hear the goodbye, and is not waited for.
      const silent = setTimeout(() => last?.connection.stream.destroy(), GOODBYE_MS);
      await last?.end().catch(() => undefined);
      clearTimeout(silent);
      await reconnecting; // a connection that was just being made is closed there
    },
  };
}
