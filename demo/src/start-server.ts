import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeEnd, NodeProcess } from '@hooktrail/harness/node-process';
import { stopOrphanedPostgres } from '@hooktrail/server/stop-orphaned-postgres';

const PROGRAM = fileURLToPath(import.meta.resolve('@hooktrail/server/main'));

/** Longer than the server waits for requests in flight (15 s). */
const STOP_MS = 30_000;
const KEPT_LINES = 20;

/** A server to be started. */
export interface ServerOptions {
  readonly port: number;
  readonly token: string;
  readonly dataDir: string;
  /** Called when it ends without having been stopped. */
  readonly onDeath: (error: Error) => void;
}

/** The real server in a process of its own. */
export interface Server {
  /** Where it listens, once it is ready. */
  readonly url: string;
  /** Resolves when it listens, or when it has ended: then `onDeath` was called. */
  readonly ready: Promise<unknown>;
  /** Stops it and its PostgreSQL in order, whatever state it is in. */
  stop(): Promise<void>;
}

/** Starts the server with settings of the demo's; none comes from the environment. */
export function startServer({ port, token, dataDir, onDeath }: ServerOptions): Server {
  const node = new NodeProcess({
    program: PROGRAM,
    env: {
      HOOKTRAIL_HOST: '127.0.0.1',
      HOOKTRAIL_PORT: String(port),
      HOOKTRAIL_DATA_DIR: dataDir,
      HOOKTRAIL_BOOTSTRAP_TOKEN: token,
      HOOKTRAIL_ALLOWED_NETWORKS: '127.0.0.0/8,::1/128',
    },
    // Ctrl-C in a terminal reaches the demo alone, which stops the server last.
    ownGroup: true,
    keptLines: KEPT_LINES,
  });
  let stopping: Promise<void> | undefined;
  const died = node.ended.then((end) => {
    if (stopping !== undefined) return;
    const how = describeEnd(end);
    onDeath(new Error(`the server ended by itself (${how}). Its last lines:\n\n${node.output()}`));
  });

  async function stop(): Promise<void> {
    // A server that is stopped while it sets up its database may leave half of it running.
    await Promise.race([node.up, node.endsWithin(STOP_MS)]);
    node.kill('SIGTERM');
    if ((await node.endsWithin(STOP_MS)) === 0) return;
    // Also what the server left running, such as the program that sets up a database.
    node.killGroup();
    await node.ended;
    const silent = { warn: () => undefined } as unknown as Parameters<
      typeof stopOrphanedPostgres
    >[1];
    await stopOrphanedPostgres(join(dataDir, 'postgres'), silent);
  }

  return {
    get url() {
      return node.url ?? '';
    },
    ready: node.up.then((up) => (up ? undefined : died)),
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}
