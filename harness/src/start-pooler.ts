import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A stand-in for a connection pooler in front of PostgreSQL. */
export interface Pooler {
  /** The URL of a database, through the pooler. */
  through(databaseUrl: string): string;
  close(): Promise<void>;
}

const READY = 'Z'.charCodeAt(0);
const TERMINATE = 'X'.charCodeAt(0);

/**
 * Starts a pooler in front of the PostgreSQL at the socket of a URL. It does what PgBouncer does
 * that a node cannot live with:
 *
 * - `drops options`: with `ignore_startup_parameters = options`, the settings of a session;
 * - `shares sessions`: with `pool_mode = transaction`, it gives all clients one session, which
 *   works while they take turns.
 */
export async function startPooler(
  databaseUrl: string,
  does: 'drops options' | 'shares sessions',
): Promise<Pooler> {
  const { hostname, port } = new URL(databaseUrl);
  const path = `${decodeURIComponent(hostname)}/.s.PGSQL.${port || 5432}`;
  const sockets = new Set<Socket>();
  const toServer = () => keep(connect(path));
  const shared: { server?: Socket; greeting?: Buffer; client?: Socket } = {};

  function keep(socket: Socket): Socket {
    sockets.add(socket);
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  }

  function serve(client: Socket, startup: Buffer): void {
    if (does === 'drops options') {
      const server = toServer();
      server.write(withoutOptions(startup));
      client.pipe(server).pipe(client);
      return;
    }
    shared.client = client;
    if (shared.greeting === undefined) {
      const server = toServer();
      shared.server = server;
      server.write(startup);
      server.on('data', (data) => {
        if (shared.greeting === undefined && data.at(-6) === READY) shared.greeting = data;
        shared.client?.write(data);
      });
    } else client.write(shared.greeting);
    client.on('data', (data) => {
      if (data[0] === TERMINATE) return;
      shared.client = client;
      shared.server?.write(data);
    });
  }

  const listener = createServer((client) => {
    keep(client).once('data', (startup) => serve(client, startup));
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    through(url) {
      const through = new URL(url);
      through.host = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
      return through.href;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

/** A startup message: its length, the version of the protocol, names and values, each with a zero. */
function withoutOptions(startup: Buffer): Buffer {
  const words = startup.toString('utf8', 8, startup.length - 2).split('\0');
  const kept: string[] = [];
  for (let at = 0; at + 1 < words.length; at += 2) {
    if (words[at] !== 'options') kept.push(words[at] as string, words[at + 1] as string);
  }
  const body = Buffer.from(`${kept.join('\0')}\0\0`);
  const head = Buffer.from(startup.subarray(0, 8));
  head.writeInt32BE(8 + body.length);
  return Buffer.concat([head, body]);
}
