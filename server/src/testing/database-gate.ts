import {
  type AddressInfo,
  connect,
  createServer,
  type NetConnectOpts,
  type Socket,
} from 'node:net';

/** A way to a database that can be closed for a while: bytes wait at it, connections stay open. */
export interface DatabaseGate {
  /** The database's address through the gate. */
  readonly url: string;
  /** Connections that were made, those that wait included. */
  readonly connections: number;
  /** From now on nothing goes through, in either direction, until it is opened. */
  shut(): void;
  open(): void;
  /** Cuts all connections. */
  cut(): void;
  /** From now on the way leads to another database; what was connected to the first is cut. */
  pointAt(databaseUrl: string): void;
  /**
   * The next connection that sends these bytes is cut when the answer comes: what it asked for was
   * done, and it does not get to know.
   */
  swallowAnswerTo(bytes: string): void;
  close(): Promise<void>;
}

/** Starts a gate in front of the database of a URL. */
export async function startDatabaseGate(databaseUrl: string): Promise<DatabaseGate> {
  let target = addressOf(databaseUrl);
  let swallowed: string | undefined;
  const sockets = new Set<Socket>();
  const waiting: (() => void)[] = [];
  let isShut = false;
  let connections = 0;

  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((near) => {
    connections++;
    track(near);
    const join = () => {
      if (near.destroyed) return; // it did not wait so long
      const far = track(connect(target));
      let doomed = false;
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
      near.on('data', (chunk) => {
        if (swallowed === undefined || !chunk.includes(swallowed)) return;
        swallowed = undefined;
        doomed = true;
      });
      far.on('data', () => {
        if (doomed) near.destroy();
      });
      forward(near, far);
      forward(far, near);
    };
    if (isShut) waiting.push(join);
    else join();
  });
  const forward = (from: Socket, to: Socket) => {
    from.on('data', (chunk) => {
      if (isShut) waiting.push(() => to.write(chunk));
      else to.write(chunk);
    });
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);

  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    get connections() {
      return connections;
    },
    shut() {
      isShut = true;
    },
    open() {
      isShut = false;
      for (const pass of waiting.splice(0)) pass();
    },
    cut,
    pointAt(databaseUrl) {
      target = addressOf(databaseUrl);
      cut();
    },
    swallowAnswerTo(bytes) {
      swallowed = bytes;
    },
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function addressOf(databaseUrl: string): NetConnectOpts {
  const { hostname, port } = new URL(databaseUrl);
  const host = decodeURIComponent(hostname);
  if (host.startsWith('/')) return { path: `${host}/.s.PGSQL.${port || 5432}` };
  return { host, port: Number(port || 5432) };
}
