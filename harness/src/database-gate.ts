import { once } from 'node:events';
import {
  type AddressInfo,
  connect,
  createServer,
  type NetConnectOpts,
  type Socket,
} from 'node:net';

/** A TCP proxy in front of a database, which can be cut, or shut for a while. */
export interface DatabaseGate {
  /** The database's address through the gate. */
  readonly url: string;
  /** How many connections were made, those that wait included. */
  readonly connections: number;
  /** From now on bytes wait, in both directions; connections stay open, and new ones wait. */
  shut(): void;
  /** Lets through what waits, and what follows. */
  open(): void;
  /** Resets all connections; new ones can be made immediately. */
  cut(): void;
  /** Leads new connections to another database, and cuts those to the first. */
  pointAt(databaseUrl: string): void;
  /**
   * Cuts the next connection that sends these bytes, when the first byte of the answer arrives: the
   * database has done what it was asked for, and the client does not learn it.
   */
  swallowAnswerTo(bytes: string): void;
  close(): Promise<void>;
}

/** Starts a gate in front of the database of a URL. */
export async function startDatabaseGate(databaseUrl: string): Promise<DatabaseGate> {
  let target = addressOf(databaseUrl);
  let swallowed: string | undefined;
  const sockets = new Set<Socket>();
  let waiting: (() => void)[] = [];
  let isShut = false;
  let connections = 0;

  const pass = (step: () => void) => {
    if (isShut) waiting.push(step);
    else step();
  };
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };
  const forward = (from: Socket, to: Socket) => {
    from.on('data', (chunk) => pass(() => to.write(chunk)));
    // The end waits as well: over a network that is cut, neither side learns that the other is
    // gone.
    from.on('close', () => pass(() => to.destroy()));
  };
  const server = createServer({ noDelay: true }, (near) => {
    connections++;
    track(near);
    near.pause();
    pass(() => {
      if (near.destroyed) return; // cut while it waited
      const far = connect(target);
      track(far);
      let doomed = false;
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
      near.resume();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);

  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const open = () => {
    isShut = false;
    const steps = waiting;
    waiting = [];
    for (const step of steps) step();
  };
  return {
    url: url.href,
    get connections() {
      return connections;
    },
    shut() {
      isShut = true;
    },
    open,
    cut,
    pointAt(next) {
      target = addressOf(next);
      cut();
    },
    swallowAnswerTo(bytes) {
      swallowed = bytes;
    },
    async close() {
      const closed = once(server.close(), 'close');
      cut();
      open();
      await closed;
    },
  };
}

function addressOf(databaseUrl: string): NetConnectOpts {
  const { hostname, port } = new URL(databaseUrl);
  const host = decodeURIComponent(hostname);
  if (host.startsWith('/')) return { path: `${host}/.s.PGSQL.${port || 5432}` };
  return { host, port: Number(port || 5432) };
}
